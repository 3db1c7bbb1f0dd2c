/** Walks the codes of one scan of a JPEG without computing pixels: whether there is a code for every block. */

import type { BitReader, HuffmanTable } from './jpegBits.ts';
import { ImageProblem } from './problem.ts';

/** A colour component of the frame. */
export interface Component {
  readonly id: number;
  /** Sampling factors, 1 to 4. */
  readonly horizontal: number;
  readonly vertical: number;
  /** 8 x 8 blocks that hold pixels. */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Blocks of a row including those that fill the last unit up. */
  readonly gridWidth: number;
  /** Progressive only: for each block of the grid, two words of bits for coefficients that are not 0. */
  readonly history: Uint32Array | null;
  /** For each coefficient, how many of its lowest bits no scan has brought yet; 255 at first. */
  readonly missingBits: Uint8Array;
}

/** A component as one scan codes it. */
export interface ScanComponent {
  readonly component: Component;
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
}

/** Which coefficients a scan codes, and which of their bits (ITU-T T.81, G.1.1.1). */
export interface ScanRange {
  readonly progressive: boolean;
  readonly first: number;
  readonly last: number;
  /** True when bits are added to coefficients of an earlier scan. */
  readonly refines: boolean;
  /** Lowest bits that are left to later scans. */
  readonly leaves: number;
}

/** Walks one block: its index in the component's grid tells its history. */
export type BlockWalker = (bits: BitReader, coded: ScanComponent, block: number) => void;

/** The walker for a scan; it is reset at each restart. */
export function createBlockWalker(range: ScanRange): { readonly walk: BlockWalker; readonly reset: () => void } {
  if (!range.progressive) return { walk: walkSequential, reset: () => undefined };
  if (range.first === 0) return { walk: range.refines ? (bits) => void bits.bit() : walkDc, reset: () => undefined };
  const run = { blocks: 0 };
  const walk: BlockWalker = range.refines
    ? (bits, coded, block) => refineAc(bits, coded, block, range, run)
    : (bits, coded, block) => walkAc(bits, coded, block, range, run);
  return { walk, reset: () => (run.blocks = 0) };
}

/** Blocks still to come that hold nothing in this scan. */
interface EndOfBandRun {
  blocks: number;
}

/** F.2.2: the difference of the mean, then runs of zeros and values up to the 63rd coefficient. */
function walkSequential(bits: BitReader, coded: ScanComponent): void {
  walkDc(bits, coded);
  const table = needed(coded.ac);
  for (let position = 1; position < 64;) {
    const symbol = bits.symbol(table);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) return;
      position += 16;
      continue;
    }
    position += (symbol >> 4) + 1;
    if (position > 64) throw tooMany();
    bits.read(size);
  }
}

function walkDc(bits: BitReader, coded: ScanComponent): void {
  const size = bits.symbol(needed(coded.dc));
  if (size > 16) throw new ImageProblem('Corrupt JPEG: a value is out of range');
  bits.read(size);
}

/** G.1.2.2: as sequential, with runs of blocks that end at once. */
function walkAc(bits: BitReader, coded: ScanComponent, block: number, range: ScanRange, run: EndOfBandRun): void {
  if (run.blocks > 0) {
    run.blocks--;
    return;
  }
  const table = needed(coded.ac);
  const history = needed(coded.component.history ?? undefined);
  for (let position = range.first; position <= range.last;) {
    const symbol = bits.symbol(table);
    const [skipped, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && skipped < 15) {
      run.blocks = (1 << skipped) - 1 + bits.read(skipped);
      return;
    }
    position += skipped;
    if (position > range.last) throw tooMany();
    if (size > 0) {
      bits.read(size);
      mark(history, block, position);
    }
    position++;
  }
}

/** G.1.2.3: each coefficient that is not 0 already has one more bit; new ones come between them. */
function refineAc(bits: BitReader, coded: ScanComponent, block: number, range: ScanRange, run: EndOfBandRun): void {
  const table = needed(coded.ac);
  const history = needed(coded.component.history ?? undefined);
  let position = range.first;
  while (run.blocks === 0 && position <= range.last) {
    const symbol = bits.symbol(table);
    const [skipped, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && skipped < 15) {
      run.blocks = (1 << skipped) + bits.read(skipped);
      break;
    }
    if (size > 0) bits.bit();
    for (let zeros = skipped; position <= range.last; position++) {
      if (isMarked(history, block, position)) bits.bit();
      else if (zeros-- === 0) break;
    }
    if (position > range.last && size > 0) throw tooMany();
    if (size > 0) mark(history, block, position);
    position++;
  }
  if (run.blocks === 0) return;
  for (; position <= range.last; position++) if (isMarked(history, block, position)) bits.bit();
  run.blocks--;
}

function mark(history: Uint32Array, block: number, position: number): void {
  const word = block * 2 + (position >> 5);
  history[word] = (history[word] ?? 0) | (1 << (position & 31));
}

function isMarked(history: Uint32Array, block: number, position: number): boolean {
  return (((history[block * 2 + (position >> 5)] ?? 0) >>> (position & 31)) & 1) === 1;
}

function needed<T>(table: T | undefined): T {
  if (table === undefined) throw new ImageProblem('Corrupt JPEG: a Huffman table is missing');
  return table;
}

function tooMany(): ImageProblem {
  return new ImageProblem('Corrupt JPEG: a block has too many values');
}
