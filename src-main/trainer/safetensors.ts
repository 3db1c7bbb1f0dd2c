/**
 * The safetensors format (huggingface/safetensors, format description): eight bytes with the length of a JSON header,
 * the header, and the raw tensors. A reader of hostile bytes: nothing is believed before it is checked.
 */

/** One tensor of a file: float32, row-major. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where a tensor lies in the bytes behind the header. */
export interface TensorLocation {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A checked header: tensors in the order of their bytes, which they cover without a gap or an overlap. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly TensorLocation[];
}

/** Bytes before the header: its length as a little-endian 64-bit integer. */
export const PREFIX_BYTES = 8;

/** Larger headers are refused, as in the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
const FLOAT_BYTES = 4;
/** Name in the header that is no tensor's. */
export const METADATA_KEY = '__metadata__';

/** Why bytes are not a safetensors file. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** Length prefix and header of a file with these tensors, in this order; padded so that the data is aligned to 8 bytes. */
export function encodeHeader(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [[METADATA_KEY, metadata]];
  let offset = 0;
  for (const { name, shape } of tensors) {
    const end = offset + elementsOf(shape) * FLOAT_BYTES;
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX_BYTES + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, PREFIX_BYTES);
  return bytes;
}

/** Header length from the first eight bytes of a file of `fileBytes` bytes; throws `SafetensorsError` if it cannot be. */
export function headerLength(prefix: Uint8Array, fileBytes: number): number {
  if (prefix.length < PREFIX_BYTES) throw new SafetensorsError('it ends before its header');
  const length = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) throw new SafetensorsError(`it claims a header of ${length} bytes`);
  if (length > BigInt(fileBytes - PREFIX_BYTES)) {
    throw new SafetensorsError(`it claims a header of ${length} bytes, but has only ${fileBytes} in all`);
  }
  return Number(length);
}

/** Parses and checks a header; `dataBytes` is what follows it in the file. Throws `SafetensorsError`. */
export function parseHeader(header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const entries = Object.entries(parseObject(header));
  const metadata = parseMetadata(entries.find(([name]) => name === METADATA_KEY)?.[1]);
  const tensors = entries.filter(([name]) => name !== METADATA_KEY).map(([name, entry]) => parseEntry(name, entry));
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let offset = 0;
  for (const tensor of tensors) {
    if (tensor.begin !== offset) throw new SafetensorsError(`tensor "${tensor.name}" does not start where it must`);
    offset = tensor.end;
  }
  if (offset !== dataBytes) {
    throw new SafetensorsError(`its tensors take ${offset} bytes, but ${dataBytes} are there`);
  }
  return { metadata, tensors };
}

/** A whole file in memory; copies the tensors out. Throws `SafetensorsError`. */
export function decodeSafetensors(bytes: Uint8Array): {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly StoredTensor[];
} {
  const length = headerLength(bytes, bytes.length);
  const data = bytes.subarray(PREFIX_BYTES + length);
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length), data.length);
  const tensors = header.tensors.map(({ name, shape, begin, end }) => ({
    name,
    shape,
    data: copyFloats(data.subarray(begin, end)),
  }));
  return { metadata: header.metadata, tensors };
}

/** The bytes may start anywhere and belong to a larger buffer. */
function copyFloats(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes.length / FLOAT_BYTES);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}

/** Elements of a tensor of this shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A header as a JSON object, of which nothing is checked yet. Throws `SafetensorsError`. */
export function parseObject(header: Uint8Array): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch {
    throw new SafetensorsError('its header is not JSON');
  }
  if (!isObject(parsed)) throw new SafetensorsError('its header is not a JSON object');
  return parsed;
}

/** What a header says besides its tensors: texts by key. Throws `SafetensorsError`. */
export function parseMetadata(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new SafetensorsError('its metadata is not an object');
  const metadata: [string, string][] = Object.entries(value).map(([key, text]: [string, unknown]) => {
    if (typeof text !== 'string') throw new SafetensorsError(`its metadata "${key}" is not text`);
    return [key, text];
  });
  return Object.fromEntries(metadata);
}

function parseEntry(name: string, entry: unknown): TensorLocation {
  if (!isObject(entry)) throw new SafetensorsError(`tensor "${name}" is not described by an object`);
  const fields = new Map<string, unknown>(Object.entries(entry));
  if (fields.get('dtype') !== 'F32') throw new SafetensorsError(`tensor "${name}" is not float32`);
  const shape = parseSizes(name, fields.get('shape'));
  const [begin, end, ...more] = parseSizes(name, fields.get('data_offsets'));
  if (begin === undefined || end === undefined || more.length > 0) {
    throw new SafetensorsError(`tensor "${name}" does not have two offsets`);
  }
  // A product beyond 2^53 is inexact, and so cannot equal a length that passed parseSizes.
  if (end - begin !== elementsOf(shape) * FLOAT_BYTES) {
    throw new SafetensorsError(`tensor "${name}" of shape [${shape.join(', ')}] does not take ${end - begin} bytes`);
  }
  return { name, shape, begin, end };
}

function parseSizes(name: string, value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new SafetensorsError(`tensor "${name}" lacks a list of sizes`);
  return value.map((size: unknown) => {
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
    throw new SafetensorsError(`tensor "${name}" has a size that is no size`);
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
