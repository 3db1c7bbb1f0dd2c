/** The codes of a plain JPEG's scan as one run of bits, and the coefficients that they stand for. */

import type { HuffmanTable } from './jpegBits.ts';
import { LOOKUP_BITS } from './jpegBits.ts';

/** Where the coefficients belong that come in zigzag order (ITU-T T.81, figure A.6). */
const NATURAL = Uint8Array.from([
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14],
  ...[21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60],
  ...[61, 54, 47, 55, 62, 63],
]);

/** Bits of a code and its value that are found together. */
const QUICK_BITS = 12;

/** Zeros behind the codes: more than the blocks of one unit can take before somebody looks where they are. */
const PADDING = 1 << 14;

/** A scan without stuffed zeros and markers. */
export interface Codes {
  readonly view: DataView;
  /** Where the piece before each restart marker ends, and the last one, in bits. */
  readonly ends: readonly number[];
  /** The next bit. */
  at: number;
}

/** What a block needs, and what it is read into. */
export interface BlockTarget {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  /** `quickValues(ac)`. */
  readonly quickly: Int32Array;
  /** In zigzag order. */
  readonly steps: Uint16Array;
  /** 64 coefficients in natural order, times their steps; all 0 before. */
  readonly block: Int32Array;
  /** The first coefficient of the block before, without its step. */
  mean: number;
}

let held = Buffer.alloc(1 << 18);

/**
 * Copies a scan into memory that the next call uses again.
 * @param start first byte behind the scan's header
 * @returns null unless its restart markers are in order and the image ends behind it
 */
export function gatherCodes(file: Buffer, start: number): Codes | null {
  if (held.length < file.length + PADDING) held = Buffer.alloc(file.length * 2 + PADDING);
  const ends: number[] = [];
  let length = 0;
  for (let from = start; ;) {
    const mark = file.indexOf(0xff, from);
    if (mark < 0) return null;
    const next = file[mark + 1] ?? 0xff;
    length += file.copy(held, length, from, next === 0 ? mark + 1 : mark);
    from = mark + 2;
    if (next === 0) continue;
    ends.push(length * 8);
    if (next === 0xd9) break;
    if (next !== 0xd0 + ((ends.length - 1) % 8)) return null;
  }
  held.fill(0, length, length + PADDING);
  return { view: new DataView(held.buffer, held.byteOffset, held.length), ends, at: 0 };
}

/**
 * Reads the codes of one block (F.2.2).
 * @returns position of the last coefficient that is there, 0 for the first; -1 when the codes make no sense
 */
export function readBlock(codes: Codes, target: BlockTarget): number {
  const { view } = codes;
  const { block, steps, ac, quickly } = target;
  let { at } = codes;
  let word = view.getUint32(at >>> 3) << (at & 7);
  let entry = target.dc.short[word >>> (32 - LOOKUP_BITS)] || longCode(word, target.dc);
  let size = entry & 255;
  at += entry >> 8;
  if (entry === 0 || size > 11) return -1;
  if (size > 0) {
    target.mean += extended((view.getUint32(at >>> 3) << (at & 7)) >>> (32 - size), size);
    at += size;
  }
  block[0] = target.mean * (steps[0] ?? 0);
  let last = 0;
  for (let position = 1; position < 64; position++) {
    word = view.getUint32(at >>> 3) << (at & 7);
    const quick = quickly[word >>> (32 - QUICK_BITS)] ?? 0;
    if (quick !== 0) {
      position += (quick >> 8) & 15;
      if (position > 63) return -1;
      at += quick & 255;
      block[NATURAL[position] ?? 0] = (quick >> 16) * (steps[position] ?? 0);
      last = position;
      continue;
    }
    entry = ac.short[word >>> (32 - LOOKUP_BITS)] || longCode(word, ac);
    if (entry === 0) return -1;
    size = entry & 15;
    at += entry >> 8;
    // End of block. Other symbols without a value end it for some decoders, and not for others.
    if ((entry & 255) === 0) break;
    if (size === 0 && (entry & 255) !== 0xf0) return -1;
    position += (entry >> 4) & 15;
    if (size === 0) continue;
    if (position > 63) return -1;
    block[NATURAL[position] ?? 0] =
      extended((view.getUint32(at >>> 3) << (at & 7)) >>> (32 - size), size) * (steps[position] ?? 0);
    at += size;
    last = position;
  }
  codes.at = at;
  return last;
}

/** F.2.2.1: the lower half of the values of a size are negative. */
function extended(value: number, size: number): number {
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** By the next `QUICK_BITS` bits: value * 65536 + run of zeros * 256 + bits of code and value, where they are all there; else 0. */
export function quickValues({ short }: HuffmanTable): Int32Array {
  return Int32Array.from({ length: 1 << QUICK_BITS }, (_, bits) => {
    const entry = short[bits >> (QUICK_BITS - LOOKUP_BITS)] ?? 0;
    const size = entry & 15;
    const used = (entry >> 8) + size;
    if (size === 0 || used > QUICK_BITS) return 0;
    const value = extended((bits >> (QUICK_BITS - used)) & ((1 << size) - 1), size);
    return (value << 16) | (((entry >> 4) & 15) << 8) | used;
  });
}

/** A code that the lookup lacks, as an entry of it; 0 where there is none. */
function longCode(word: number, { largest, offsets, symbols }: HuffmanTable): number {
  for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
    const code = word >>> (32 - length);
    if (code <= (largest[length] ?? -1)) return (length << 8) | (symbols[code + (offsets[length] ?? 0)] ?? 0);
  }
  return 0;
}
