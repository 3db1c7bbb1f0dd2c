/** What a pickle can hold here: plain data, and descriptions of NumPy arrays. */

import { damagedFile, unsupportedFile } from './byteStream.ts';
import type { FileSlice } from './pickleBytes.ts';

/** A value of a pickle; tuples are lists. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | FileSlice
  | PickleValue[]
  | PickleDict
  | PickleArray
  | PickleType
  | PickleGlobal
  | PickleMark;

/** Where a group of values begins on the stack. */
export class PickleMark {
  readonly kind = 'mark';
}

/** A dictionary; keys that are bytes are taken as text, as Python 2 wrote them. */
export class PickleDict {
  readonly #entries = new Map<string, PickleValue>();

  /** Keys that are no text are left out: nothing here asks for them. */
  set(key: PickleValue, value: PickleValue): void {
    const name = textOf(key);
    if (name !== null) this.#entries.set(name, value);
  }

  get(key: string): PickleValue | undefined {
    return this.#entries.get(key);
  }
}

/** A NumPy element type, such as `u1`. */
export class PickleType {
  readonly code: string;
  /** True for big-endian elements. */
  isSwapped = false;

  constructor(code: string) {
    this.code = code;
  }
}

/** A NumPy array; filled in by its state. */
export class PickleArray {
  shape: readonly number[] = [];
  type: PickleType | null = null;
  isFortran = false;
  data: Uint8Array | FileSlice | null = null;
}

/** Callables that arrays are made with; they are never called. */
const KNOWN: ReadonlySet<string> = new Set([
  'numpy.ndarray',
  'numpy.dtype',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'numpy.core.numeric._frombuffer',
  'numpy._core.numeric._frombuffer',
  '_codecs.encode',
]);

/** A name from a Python module, one of those that arrays need. */
export class PickleGlobal {
  readonly name: string;

  /** @throws DenseLabError `source-unsupported`, with the name, for any other. */
  constructor(path: string, module: string, name: string) {
    this.name = `${module}.${name}`;
    if (KNOWN.has(this.name)) return;
    throw unsupportedFile(
      path,
      `wants to run ${JSON.stringify(this.name.slice(0, 200))}, and DenseLab runs nothing that a pickle names`,
      'Use a dataset of plain arrays, or save its arrays as .npz.',
    );
  }
}

/** Text, also when Python 2 or `b''` wrote it as bytes; null for anything else. */
export function textOf(value: PickleValue | undefined): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : null;
}

/** What calling one of the known names with arguments would make. */
export function callGlobal(path: string, [callable, given]: readonly PickleValue[]): PickleValue {
  const values = Array.isArray(given) ? given : [];
  const name = callable instanceof PickleGlobal ? callable.name : 'what is no name';
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (last === '_reconstruct') return new PickleArray();
  if (name === 'numpy.dtype') return makeType(path, values);
  if (last === '_frombuffer') return fromBuffer(path, values);
  if (name === '_codecs.encode') return encode(path, values);
  throw damagedFile(path, `is no pickle that can be read: it calls ${name}`);
}

/** Gives an array or an element type its state. */
export function buildObject(path: string, [object, state]: readonly PickleValue[]): void {
  const values = Array.isArray(state) ? state : [];
  if (object instanceof PickleType) {
    object.isSwapped = textOf(values[1]) === '>';
    return;
  }
  if (!(object instanceof PickleArray))
    throw damagedFile(path, 'is no pickle that can be read: it sets up what is no array');
  const [, shape, type, isFortran, data] = values;
  fillArray(path, object, { shape, type, isFortran: isFortran === true, data });
}

function makeType(path: string, [code]: readonly PickleValue[]): PickleType {
  const text = textOf(code);
  if (text === null) throw damagedFile(path, 'is no pickle that can be read: an element type has no name');
  return new PickleType(text);
}

/** Protocol 5: data, type, shape, order. */
function fromBuffer(path: string, [data, type, shape, order]: readonly PickleValue[]): PickleArray {
  const array = new PickleArray();
  fillArray(path, array, { shape, type, isFortran: textOf(order) === 'F', data });
  return array;
}

/** How Python 3 writes short bytes for Python 2: as text, one character a byte. */
function encode(path: string, [text, encoding]: readonly PickleValue[]): Uint8Array {
  if (typeof text === 'string' && textOf(encoding) === 'latin1') return Uint8Array.from(Buffer.from(text, 'latin1'));
  throw unsupportedFile(path, 'holds its bytes as text', 'Save it with protocol 4, or its arrays as .npz.');
}

interface ArrayState {
  readonly shape: PickleValue | undefined;
  readonly type: PickleValue | undefined;
  readonly isFortran: boolean;
  readonly data: PickleValue | undefined;
}

function fillArray(path: string, array: PickleArray, { shape, type, isFortran, data }: ArrayState): void {
  const sizes = Array.isArray(shape) ? shape : [];
  const dimensions = sizes.filter((size): size is number => typeof size === 'number' && Number.isInteger(size));
  if (dimensions.length !== sizes.length || dimensions.some((size) => size < 0) || sizes.length > 32) {
    throw damagedFile(path, `has an array of the shape ${JSON.stringify(sizes).slice(0, 80)}`);
  }
  if (!(type instanceof PickleType)) throw damagedFile(path, 'has an array without an element type');
  if (Array.isArray(data)) {
    throw unsupportedFile(path, 'has an array of Python objects', 'Save the images as arrays of numbers.');
  }
  const isBytes = data instanceof Uint8Array || isSlice(data);
  if (!isBytes) throw damagedFile(path, 'has an array without data');
  Object.assign(array, { shape: dimensions, type, isFortran, data });
}

function isSlice(value: PickleValue | undefined): value is FileSlice {
  return typeof value === 'object' && value !== null && 'offset' in value && 'length' in value;
}
