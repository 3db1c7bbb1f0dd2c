/** Reads safetensors files of other programs: any floating-point type, all of it checked, given as float32. */

import { readFileSync, statSync } from 'node:fs';
import { DenseLabError } from '../contract/errors.ts';
import {
  elementsOf,
  headerLength,
  METADATA_KEY,
  parseMetadata,
  parseObject,
  PREFIX_BYTES,
  SafetensorsError,
  type StoredTensor,
} from '../trainer/safetensors.ts';

/** Larger files are refused: they would not fit into one buffer. */
const MOST_BYTES = 2 ** 31 - 1;

/** Types that can be read, with their bytes and how one element becomes a number. */
const TYPES: Readonly<
  Record<string, { readonly bytes: number; readonly read: (view: DataView, at: number) => number }>
> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => brainToNumber(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
};

/** What a file holds. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the header. */
  readonly tensors: readonly StoredTensor[];
}

/**
 * Reads a whole file.
 * @throws DenseLabError `path-missing`, `path-unreadable`; `weights-invalid` naming what is wrong with the file
 */
export function readTensorFile(path: string): TensorFile {
  const bytes = readWhole(path);
  try {
    const length = headerLength(bytes, bytes.length);
    const data = bytes.subarray(PREFIX_BYTES + length);
    const { metadata, entries } = readHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
    requireWhole(entries, data.length);
    return { metadata, tensors: entries.map((entry) => readTensor(entry, data)) };
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new DenseLabError(
      'weights-invalid',
      `${path} is no safetensors file that can be read: ${error.message}.`,
      'Save the weights again with safetensors, as float32.',
    );
  }
}

function readWhole(path: string): Uint8Array {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw new DenseLabError('path-missing', `There is no file ${path}.`, 'Check the path and try again.');
  }
  if (!status.isFile() || status.size > MOST_BYTES) {
    throw new DenseLabError(
      'weights-invalid',
      `${path} is ${status.isFile() ? 'larger than 2 GB' : 'no file'}.`,
      'Give a safetensors file.',
    );
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DenseLabError('path-unreadable', `${path} cannot be read.`, 'Check its permissions.', String(error));
  }
}

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(header: Uint8Array): Pick<TensorFile, 'metadata'> & { readonly entries: readonly Entry[] } {
  const object = parseObject(header);
  const entries = Object.entries(object).filter(([name]) => name !== METADATA_KEY);
  return {
    metadata: parseMetadata(Object.entries(object).find(([name]) => name === METADATA_KEY)?.[1]),
    entries: entries.map(([name, value]) => readEntry(name, value)),
  };
}

/** The tensors must cover the bytes without a gap or an overlap: a file that was cut or edited does not. */
function requireWhole(entries: readonly Entry[], bytes: number): void {
  let offset = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== offset) throw new SafetensorsError(`its tensor "${name}" does not start where it must`);
    offset = end;
  }
  if (offset !== bytes) throw new SafetensorsError(`its tensors take ${offset} bytes, and ${bytes} are there`);
}

function readEntry(name: string, value: unknown): Entry {
  const entry =
    typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : new Map();
  const [type, shape, offsets] = [entry.get('dtype'), sizes(entry.get('shape')), sizes(entry.get('data_offsets'))];
  const [begin, end] = offsets ?? [];
  if (typeof type !== 'string' || shape === null || begin === undefined || end === undefined || begin > end) {
    throw new SafetensorsError(`its tensor "${name}" is not described as it must be`);
  }
  return { name, type, shape, begin, end };
}

function sizes(value: unknown): readonly number[] | null {
  if (!Array.isArray(value)) return null;
  const numbers = value.filter((size): size is number => Number.isSafeInteger(size) && size >= 0);
  return numbers.length === value.length ? numbers : null;
}

function readTensor({ name, type, shape, begin, end }: Entry, data: Uint8Array): StoredTensor {
  const known = TYPES[type];
  if (known === undefined) throw new SafetensorsError(`its tensor "${name}" has the type ${type}`);
  const count = elementsOf(shape);
  if (end - begin !== count * known.bytes) {
    throw new SafetensorsError(`its tensor "${name}" does not have the bytes that its shape needs`);
  }
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = known.read(view, index * known.bytes);
  return { name, shape, data: values };
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const magnitude =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 === 0 ? magnitude : -magnitude;
}

/** bfloat16: the upper half of a float32. */
function brainToNumber(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0] ?? NaN;
}
