/** What comes before the pixels of a plain JPEG: frame, tables and the header of its only scan. */

import type { HuffmanTable } from './jpegBits.ts';
import { buildHuffmanTable } from './jpegBits.ts';
import { quickValues } from './jpegCodes.ts';

/** A channel as the scan codes it. */
export interface PlainComponent {
  /** Sampling factors, 1 to 4. */
  readonly horizontal: number;
  readonly vertical: number;
  /** Steps of the 64 coefficients, in zigzag order. */
  readonly steps: Uint16Array;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  readonly quickly: Int32Array;
}

/** A sequential JPEG of 8 bits, grey or YCbCr, whose channels come together in one scan. */
export interface PlainJpeg {
  readonly height: number;
  readonly width: number;
  readonly components: readonly PlainComponent[];
  /** Units between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** Where the codes begin. */
  readonly start: number;
}

interface QuickTable {
  readonly table: HuffmanTable;
  readonly quickly: Int32Array;
}

/** Tables of recent files: the images of a camera share theirs. */
const known = new Map<string, QuickTable>();
const MOST_KNOWN = 64;

interface Tables {
  readonly steps: Map<number, Uint16Array>;
  readonly dc: Map<number, QuickTable>;
  readonly ac: Map<number, QuickTable>;
  restartInterval: number;
  frame: Buffer | null;
  /** Colours as JFIF or Adobe say them: null where neither does. */
  isYcc: boolean | null;
}

/**
 * Reads all segments up to the scan.
 * @returns null for every other kind of JPEG, and for one that is not perfectly in order
 * @throws ImageProblem for Huffman tables that cannot be
 */
export function readPlainJpeg(file: Buffer): PlainJpeg | null {
  const tables: Tables = {
    steps: new Map(),
    dc: new Map(),
    ac: new Map(),
    restartInterval: 0,
    frame: null,
    isYcc: null,
  };
  for (let position = 2; position + 4 <= file.length;) {
    const code = file[position + 1] ?? 0;
    const length = file.readUInt16BE(position + 2);
    const segment = file.subarray(position + 4, position + 2 + length);
    if (file[position] !== 0xff || code < 0xc0 || length < 2 || segment.length < length - 2) return null;
    position += 2 + length;
    if (code === 0xda) return describe(tables, segment, position);
    if (!readSegment(tables, code, segment)) return null;
  }
  return null;
}

/** Whether a plain JPEG may have this segment. */
function readSegment(tables: Tables, code: number, segment: Buffer): boolean {
  if (code === 0xdb) return readSteps(tables, segment);
  if (code === 0xc4) return readHuffman(tables, segment);
  if (code === 0xdd) {
    tables.restartInterval = segment.length === 2 ? segment.readUInt16BE(0) : 0;
    return segment.length === 2;
  }
  if (code === 0xc0 || code === 0xc1) {
    const isFirst = tables.frame === null;
    tables.frame = segment;
    return isFirst;
  }
  const name = segment.toString('latin1', 0, 5);
  if (code === 0xe0 && name === 'JFIF\0') tables.isYcc = true;
  if (code === 0xee && name === 'Adobe' && segment.length >= 12) tables.isYcc ??= segment[11] === 1;
  return code >= 0xe0;
}

function readSteps({ steps }: Tables, segment: Buffer): boolean {
  let at = 0;
  while (at < segment.length) {
    const kind = segment[at] ?? 0;
    const isWide = kind >> 4 === 1;
    const start = at + 1;
    at = start + (isWide ? 128 : 64);
    if (kind >> 4 > 1 || at > segment.length) return false;
    const stepAt = (index: number): number =>
      isWide ? segment.readUInt16BE(start + index * 2) : (segment[start + index] ?? 0);
    steps.set(
      kind & 15,
      Uint16Array.from({ length: 64 }, (_, index) => stepAt(index)),
    );
  }
  return true;
}

function readHuffman({ dc, ac }: Tables, segment: Buffer): boolean {
  for (let at = 0; at < segment.length;) {
    const kind = segment[at] ?? 0;
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(at + 17, at + 17 + total);
    if (counts.length < 16 || symbols.length < total) return false;
    (kind >> 4 === 0 ? dc : ac).set(kind & 15, tableOf(counts, symbols));
    at += 17 + total;
  }
  return true;
}

function tableOf(counts: Buffer, symbols: Buffer): QuickTable {
  const key = counts.toString('latin1') + symbols.toString('latin1');
  const found = known.get(key);
  if (found !== undefined) return found;
  // Copies: the bytes are those of a whole file.
  const table = buildHuffmanTable(Uint8Array.from(counts), Uint8Array.from(symbols));
  const made = { table, quickly: quickValues(table) };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, made);
  return made;
}

function describe(tables: Tables, scan: Buffer, start: number): PlainJpeg | null {
  const { frame, restartInterval } = tables;
  const count = scan[0] ?? 0;
  if (frame === null || frame[0] !== 8 || frame[5] !== count || frame.length !== 6 + 3 * count) return null;
  if ((count !== 1 && count !== 3) || scan.length !== 4 + 2 * count || scan[scan.length - 2] !== 63) return null;
  if (scan[scan.length - 3] !== 0 || scan[scan.length - 1] !== 0) return null;
  // libjpeg's guess where neither JFIF nor Adobe tells the colours.
  const isNumbered = [1, 2, 3].every((id, index) => frame[6 + index * 3] === id);
  if (count === 3 && !(tables.isYcc ?? isNumbered)) return null;
  const components: PlainComponent[] = [];
  for (let index = 0; index < count; index++) {
    const component = componentAt(tables, frame, scan, index);
    if (component === null) return null;
    components.push(component);
  }
  return { height: frame.readUInt16BE(1), width: frame.readUInt16BE(3), components, restartInterval, start };
}

function componentAt(tables: Tables, frame: Buffer, scan: Buffer, index: number): PlainComponent | null {
  const [id, factors = 0, table = 0] = frame.subarray(6 + index * 3);
  const chosen = scan[2 + index * 2] ?? 0;
  const steps = tables.steps.get(table);
  const [dc, ac] = [tables.dc.get(chosen >> 4), tables.ac.get(chosen & 15)];
  const [horizontal, vertical] = [factors >> 4, factors & 15];
  const isSound = horizontal >= 1 && horizontal <= 4 && vertical >= 1 && vertical <= 4;
  if (scan[1 + index * 2] !== id || !isSound || !steps || !dc || !ac) return null;
  return { horizontal, vertical, steps, dc: dc.table, ac: ac.table, quickly: ac.quickly };
}
