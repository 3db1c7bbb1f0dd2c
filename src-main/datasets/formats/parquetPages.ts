/**
 * Walks the pages of a column chunk before a library reads them: what they claim, and the runs that they are made of, must not be
 * more than the rows there are (Apache Parquet, "parquet-format": Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").
 */

import type { ColumnMetaData, Compressors } from 'hyparquet';
import type { ThriftStruct } from './thrift.ts';
import { readThrift } from './thrift.ts';

/** Largest page, unpacked. */
export const MOST_PAGE_BYTES = 256 << 20;
/** Encodings of values, by number: plain, and by a dictionary. */
const PLAIN = 0;
const DICTIONARY = [2, 8];

/** A column chunk's bytes and what is known of it. */
export interface ColumnChunkBytes {
  readonly bytes: Buffer;
  readonly codec: ColumnMetaData['codec'];
  /** Rows of the row group. */
  readonly rows: number;
  /** How many of a value's levels may be absent: the largest definition level. */
  readonly optional: number;
}

/** @throws Error that says what a page claims. */
export function checkPages(chunk: ColumnChunkBytes, compressors: Compressors): void {
  let seen = 0;
  for (let position = 0; position < chunk.bytes.length - 1;) {
    const { fields, end } = readThrift(chunk.bytes, position);
    const [type, unpacked, packed] = [numberOf(fields, 1), numberOf(fields, 2), numberOf(fields, 3)];
    if (packed < 0 || packed > chunk.bytes.length - end || unpacked < 0 || unpacked > MOST_PAGE_BYTES) {
      throw new Error(`a page says ${packed} bytes, ${unpacked} unpacked`);
    }
    const page: Page = { packed: chunk.bytes.subarray(end, end + packed), unpacked, chunk, compressors };
    if (type === 0) seen += checkPage(structOf(fields, 5), page);
    else if (type === 2) checkDictionary(structOf(fields, 7), unpacked);
    else if (type === 3) seen += checkPageV2(structOf(fields, 8), page);
    if (seen > chunk.rows) throw new Error(`its pages say ${seen} values of ${chunk.rows} rows`);
    position = end + packed;
  }
}

interface Page {
  readonly packed: Buffer;
  readonly unpacked: number;
  readonly chunk: ColumnChunkBytes;
  readonly compressors: Compressors;
}

/** Levels with their length in front, then values, all packed together. */
function checkPage(header: ThriftStruct, page: Page): number {
  const { optional } = page.chunk;
  const values = checkedCount(header, page);
  const encoding = checkedEncoding(numberOf(header, 2));
  if (optional === 0 && encoding === PLAIN) return values;
  const bytes = unpack(page, page.packed, page.unpacked);
  let start = 0;
  if (optional > 0) {
    const length = bytes.length < 4 ? Infinity : bytes.readUInt32LE(0);
    if (length > bytes.length - 4) throw new Error('a page breaks off inside its levels');
    checkRuns(bytes.subarray(4, 4 + length), bitsOf(optional), values);
    start = 4 + length;
  }
  checkIndexes(bytes.subarray(start), encoding, values);
  return values;
}

/** Levels first, never packed; then values. */
function checkPageV2(header: ThriftStruct, page: Page): number {
  const values = checkedCount(header, page);
  const encoding = checkedEncoding(numberOf(header, 4));
  const [levels, repetitions] = [numberOf(header, 5), numberOf(header, 6)];
  if (levels < 0 || repetitions !== 0 || levels > page.packed.length || levels > page.unpacked) {
    throw new Error(`a page says ${levels} bytes of levels`);
  }
  if (page.chunk.optional > 0) checkRuns(page.packed.subarray(0, levels), bitsOf(page.chunk.optional), values);
  if (encoding === PLAIN) return values;
  const rest = page.packed.subarray(levels);
  const bytes = (header.get(7) ?? 1) === 0 ? rest : unpack(page, rest, page.unpacked - levels);
  checkIndexes(bytes, encoding, values);
  return values;
}

/** Values of a dictionary take four bytes at least, or one for each eight of truth. */
function checkDictionary(header: ThriftStruct, unpacked: number): void {
  const values = numberOf(header, 1);
  if (values < 0 || values > unpacked) throw new Error(`a dictionary says ${values} values in ${unpacked} bytes`);
}

function checkedCount(header: ThriftStruct, { chunk }: Page): number {
  const values = numberOf(header, 1);
  if (values < 0 || values > chunk.rows) throw new Error(`a page says ${values} values of ${chunk.rows} rows`);
  return values;
}

function checkedEncoding(encoding: number): number {
  if (encoding === PLAIN || DICTIONARY.includes(encoding)) return encoding;
  throw new Error(`its values have the encoding ${encoding}, where plain and dictionary are read`);
}

function checkIndexes(bytes: Buffer, encoding: number, values: number): void {
  if (encoding === PLAIN) return;
  const bits = bytes[0] ?? 0;
  if (bits > 32) throw new Error(`its indexes have ${bits} bits`);
  if (bits > 0) checkRuns(bytes.subarray(1), bits, values);
}

/** All runs together must not have more values than there are, but for what fills the last eight up. */
function checkRuns(bytes: Buffer, bits: number, values: number): void {
  let seen = 0;
  for (let position = 0; seen < values && position < bytes.length;) {
    let head = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[position++] ?? 0;
      head += (byte & 127) * shift;
      if (byte < 128 || shift > 2 ** 35) break;
    }
    const isPacked = head % 2 === 1;
    const run = Math.floor(head / 2) * (isPacked ? 8 : 1);
    const limit = values - seen + (isPacked ? 503 : 0);
    if (run > limit) throw new Error(`a run of ${run} values where ${values - seen} are left`);
    position += isPacked ? (run / 8) * bits : Math.ceil(bits / 8);
    seen += run;
    if (run === 0 && position >= bytes.length) return;
  }
}

function unpack({ chunk, compressors }: Page, packed: Buffer, length: number): Buffer {
  if (chunk.codec === 'UNCOMPRESSED') return packed;
  const bytes = compressors[chunk.codec]?.(packed, length);
  if (bytes === undefined) throw new Error(`it is packed by ${chunk.codec}`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function bitsOf(level: number): number {
  return 32 - Math.clz32(level);
}

function numberOf(fields: ThriftStruct, field: number): number {
  const value = fields.get(field);
  return typeof value === 'number' ? value : 0;
}

function structOf(fields: ThriftStruct, field: number): ThriftStruct {
  const value = fields.get(field);
  if (value === undefined || typeof value === 'number') throw new Error('a page has no header of its kind');
  return value;
}
