/** Bits and Huffman codes of one entropy-coded segment of a JPEG. */

import { ImageProblem } from './problem.ts';

/** Bits of the codes that are found in one step. */
const LOOKUP_BITS = 10;

/** A Huffman table, for codes of up to 16 bits (ITU-T T.81, annex C and figure F.16). */
export interface HuffmanTable {
  /** By the next `LOOKUP_BITS` bits: length * 256 + symbol, or 0 for a longer code. */
  readonly short: Uint16Array;
  /** Largest code of each length, -1 where there is none. */
  readonly largest: Int32Array;
  /** What to add to a code of each length to find its symbol. */
  readonly offsets: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * Builds a table from the 16 counts and the symbols of a DHT segment.
 * @throws ImageProblem when there are more codes than fit.
 */
export function buildHuffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << LOOKUP_BITS);
  const largest = new Int32Array(17).fill(-1);
  const offsets = new Int32Array(17);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    offsets[length] = index - code;
    if (code + count > 1 << length) throw new ImageProblem('Corrupt JPEG: a Huffman table has too many codes');
    for (let one = 0; one < count; one++, code++, index++) {
      if (length > LOOKUP_BITS) continue;
      const entry = length * 256 + (symbols[index] ?? 0);
      short.fill(entry, code << (LOOKUP_BITS - length), (code + 1) << (LOOKUP_BITS - length));
    }
    if (count > 0) largest[length] = code - 1;
    code <<= 1;
  }
  return { short, largest, offsets, symbols };
}

/** Reads bits up to the next marker, leaving out stuffed zeros. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position: number;
  #held = 0;
  #bits = 0;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  /** Drops the rest of the current byte, and returns the position of the next marker and the whole bytes before it. */
  finishSegment(): { readonly marker: number; readonly unused: number } {
    let unused = this.#bits >> 3;
    this.#held = 0;
    this.#bits = 0;
    for (; !this.#isMarker(); this.#position += this.#bytes[this.#position] === 0xff ? 2 : 1) unused++;
    return { marker: this.#position, unused };
  }

  /** Goes on behind a restart marker. */
  continueAt(position: number): void {
    this.#position = position;
  }

  /** One bit. */
  bit(): number {
    if (this.#bits < 1) this.#fill(1);
    this.#bits--;
    return (this.#held >>> this.#bits) & 1;
  }

  /** The next `count` bits, at most 16. */
  read(count: number): number {
    if (count === 0) return 0;
    if (this.#bits < count) this.#fill(count);
    this.#bits -= count;
    return (this.#held >>> this.#bits) & ((1 << count) - 1);
  }

  /** The next symbol; throws for a code that the table lacks. */
  symbol(table: HuffmanTable): number {
    if (this.#bits < 16) this.#fillIfPossible(16);
    if (this.#bits >= LOOKUP_BITS) {
      const entry = table.short[(this.#held >>> (this.#bits - LOOKUP_BITS)) & ((1 << LOOKUP_BITS) - 1)] ?? 0;
      if (entry !== 0) {
        this.#bits -= entry >> 8;
        return entry & 0xff;
      }
    }
    return this.#longSymbol(table);
  }

  #longSymbol(table: HuffmanTable): number {
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = (code << 1) | this.bit();
      const largest = table.largest[length] ?? -1;
      if (largest >= 0 && code <= largest) return table.symbols[code + (table.offsets[length] ?? 0)] ?? 0;
    }
    throw new ImageProblem('Corrupt JPEG: its data holds a code that does not exist');
  }

  #fill(count: number): void {
    this.#fillIfPossible(count);
    if (this.#bits < count) throw new ImageProblem('Truncated JPEG: its data ends before the last pixel');
  }

  /** Holds at most 24 bits, so that nothing is shifted out of 32. */
  #fillIfPossible(count: number): void {
    while (this.#bits < count && !this.#isMarker()) {
      const byte = this.#bytes[this.#position] ?? 0;
      this.#position += byte === 0xff ? 2 : 1;
      this.#held = ((this.#held & 0xffff) << 8) | byte;
      this.#bits += 8;
    }
  }

  /** Whether a marker or the end of the file comes next: 0xff 0x00 stands for the value 0xff. */
  #isMarker(): boolean {
    const position = this.#position;
    return position >= this.#bytes.length || (this.#bytes[position] === 0xff && this.#bytes[position + 1] !== 0);
  }
}
