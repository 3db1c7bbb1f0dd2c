/**
 * Reads Python pickles as data. Nothing is executed: of all that a pickle can name, only what NumPy arrays are made of is known,
 * and becomes a description of the array; any other name is refused with the name. Long byte strings stay in the file. Protocols
 * 2 to 5 (Python documentation, `pickletools`).
 */

import { open } from 'node:fs/promises';
import { damagedFile, unsupportedFile } from './byteStream.ts';
import { openPickleBytes } from './pickleBytes.ts';
import type { PickleBytes } from './pickleBytes.ts';
import { callGlobal, buildObject, PickleDict, PickleGlobal, PickleMark } from './pickleObjects.ts';
import type { PickleValue } from './pickleObjects.ts';
import { spelled } from './source.ts';

/** Objects that one pickle may make: CIFAR's files make about 100,000. */
const MOST_OBJECTS = 4_000_000;

/**
 * The value of a pickle file.
 * @throws DenseLabError `source-damaged`, or `source-unsupported` for what is not data.
 */
export async function readPickle(path: string): Promise<PickleValue> {
  const file = await open(path, 'r');
  try {
    const bytes = await openPickleBytes(path, file);
    const machine = new Machine(bytes);
    for (;;) {
      await bytes.fill();
      if (machine.step()) return machine.result();
    }
  } finally {
    await file.close();
  }
}

/** The stack machine that a pickle is a program for. */
class Machine {
  readonly #bytes: PickleBytes;
  readonly #stack: PickleValue[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #objects = 0;

  constructor(bytes: PickleBytes) {
    this.#bytes = bytes;
  }

  result(): PickleValue {
    return this.#pop();
  }

  /** Does one instruction; true at the end. */
  step(): boolean {
    const bytes = this.#bytes;
    const at = bytes.position;
    const code = bytes.unsigned(1);
    if (code === 0x2e) return true;
    if (++this.#objects > MOST_OBJECTS) {
      throw unsupportedFile(bytes.path, `holds more than ${spelled(MOST_OBJECTS)} objects`, 'Save the arrays as .npz.');
    }
    const instruction = INSTRUCTIONS.get(code);
    if (instruction === undefined) {
      const hex = code.toString(16).padStart(2, '0');
      throw unsupportedFile(
        bytes.path,
        `has the pickle instruction 0x${hex} at byte ${spelled(at)}, which holds no data that DenseLab reads`,
        'Save the arrays as .npz.',
      );
    }
    instruction(this.#tools, bytes);
    return false;
  }

  readonly #pop = (): PickleValue => {
    const value = this.#stack.pop();
    if (value === undefined || value instanceof PickleMark) throw this.#broken('takes more than it has');
    return value;
  };

  #broken(what: string): Error {
    return damagedFile(
      this.#bytes.path,
      `is no pickle that can be read: at byte ${spelled(this.#bytes.position)} it ${what}`,
    );
  }

  readonly #tools: Tools = {
    push: (value) => void this.#stack.push(value),
    pop: this.#pop,
    top: () => {
      const value = this.#pop();
      this.#stack.push(value);
      return value;
    },
    sinceMark: () => {
      let mark = this.#stack.length - 1;
      while (mark >= 0 && !(this.#stack[mark] instanceof PickleMark)) mark--;
      if (mark < 0) throw this.#broken('lacks a mark');
      const values = this.#stack.splice(mark + 1);
      this.#stack.pop();
      return values;
    },
    remember: (slot) => void this.#memo.set(slot ?? this.#memo.size, this.#tools.top()),
    recall: (slot) => {
      const value = this.#memo.get(slot);
      if (value === undefined) throw this.#broken(`recalls number ${slot}, which it never kept`);
      this.#stack.push(value);
    },
    broken: (what) => this.#broken(what),
  };
}

interface Tools {
  push(value: PickleValue): void;
  pop(): PickleValue;
  top(): PickleValue;
  /** Takes what was pushed since the last mark, and the mark. */
  sinceMark(): PickleValue[];
  /** Keeps the top under a number; the next free one when null. */
  remember(slot: number | null): void;
  recall(slot: number): void;
  broken(what: string): Error;
}

type Instruction = (tools: Tools, bytes: PickleBytes) => void;

function text(length: number): Instruction {
  return (tools, bytes) => tools.push(bytes.text(bytes.unsigned(length)));
}

function binary(length: number): Instruction {
  return (tools, bytes) => tools.push(bytes.blob(bytes.unsigned(length)));
}

function tuple(length: number): Instruction {
  return (tools) => {
    const values = Array.from({ length }, () => tools.pop());
    tools.push(values.reverse());
  };
}

function constant(value: PickleValue): Instruction {
  return (tools) => tools.push(value);
}

function append(tools: Tools, values: readonly PickleValue[]): void {
  const list = tools.top();
  if (!Array.isArray(list)) throw tools.broken('appends to what is no list');
  for (const value of values) list.push(value);
}

function setItems(tools: Tools, values: readonly PickleValue[]): void {
  const dict = tools.top();
  if (!(dict instanceof PickleDict) || values.length % 2 !== 0) throw tools.broken('fills what is no dictionary');
  for (let index = 0; index < values.length; index += 2) dict.set(values[index] ?? null, values[index + 1] ?? null);
}

/** By their bytes, in the order of `pickletools`. */
const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (_, bytes) => bytes.checkProtocol(bytes.unsigned(1))],
  [0x95, (_, bytes) => void bytes.skip(8)],
  [0x28, (tools) => tools.push(new PickleMark())],
  [0x30, (tools) => void tools.pop()],
  [0x4e, constant(null)],
  [0x88, constant(true)],
  [0x89, constant(false)],
  [0x4b, (tools, bytes) => tools.push(bytes.unsigned(1))],
  [0x4d, (tools, bytes) => tools.push(bytes.unsigned(2))],
  [0x4a, (tools, bytes) => tools.push(bytes.signed(4))],
  [0x8a, (tools, bytes) => tools.push(bytes.signed(bytes.unsigned(1)))],
  [0x47, (tools, bytes) => tools.push(bytes.float())],
  // Strings of Python 2 are bytes; both are kept as what they may be.
  [0x55, binary(1)],
  [0x54, binary(4)],
  [0x43, binary(1)],
  [0x42, binary(4)],
  [0x8e, binary(8)],
  [0x96, binary(8)],
  [0x8c, text(1)],
  [0x58, text(4)],
  [0x8d, text(8)],
  [0x5d, (tools) => tools.push([])],
  [0x61, (tools) => append(tools, [tools.pop()])],
  [0x65, (tools) => append(tools, tools.sinceMark())],
  [0x29, (tools) => tools.push([])],
  [0x74, (tools) => tools.push(tools.sinceMark())],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x7d, (tools) => tools.push(new PickleDict())],
  [0x73, (tools) => setItems(tools, [tools.pop(), tools.pop()].reverse())],
  [0x75, (tools) => setItems(tools, tools.sinceMark())],
  [0x71, (tools, bytes) => tools.remember(bytes.unsigned(1))],
  [0x72, (tools, bytes) => tools.remember(bytes.unsigned(4))],
  [0x94, (tools) => tools.remember(null)],
  [0x68, (tools, bytes) => tools.recall(bytes.unsigned(1))],
  [0x6a, (tools, bytes) => tools.recall(bytes.unsigned(4))],
  [0x63, (tools, bytes) => tools.push(new PickleGlobal(bytes.path, bytes.line(), bytes.line()))],
  [0x93, stackGlobal],
  [0x52, (tools, bytes) => tools.push(callGlobal(bytes.path, [tools.pop(), tools.pop()].reverse()))],
  [0x62, (tools, bytes) => buildObject(bytes.path, [tools.pop(), tools.top()].reverse())],
]);

function stackGlobal(tools: Tools, bytes: PickleBytes): void {
  const [name, module] = [tools.pop(), tools.pop()];
  if (typeof name !== 'string' || typeof module !== 'string') throw tools.broken('names something without a name');
  tools.push(new PickleGlobal(bytes.path, module, name));
}
