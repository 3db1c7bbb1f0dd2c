/** The bytes of a pickle: a window on its file, which long strings do not pass through. */

import type { FileHandle } from 'node:fs/promises';
import { damagedFile, unsupportedFile } from './byteStream.ts';
import { spelled } from './source.ts';

/** Longest string that is taken into memory; longer ones are known by where they lie. */
const LONGEST_HELD = 4096;
/** More than any instruction with its short string takes. */
const ENOUGH = 3 * LONGEST_HELD;
const WINDOW = 1 << 18;
/** Bytes of all strings that are held. */
const MOST_HELD = 256 << 20;

/** A string of bytes that stays in the file. */
export interface FileSlice {
  readonly offset: number;
  readonly length: number;
}

/** Takes numbers and strings one after another; every method throws `source-damaged` where the file ends. */
export interface PickleBytes {
  readonly path: string;
  readonly position: number;
  /** To be awaited before each instruction. */
  fill(): Promise<void>;
  /** A little-endian number of 1 to 8 bytes. */
  unsigned(length: number): number;
  /** A little-endian number in two's complement of up to 6 bytes; 0 for none. */
  signed(length: number): number;
  /** A big-endian double. */
  float(): number;
  /** UTF-8 of so many bytes; too long for memory is a slice. */
  text(length: number): string | FileSlice;
  blob(length: number): Uint8Array | FileSlice;
  /** Up to the next line feed. */
  line(): string;
  skip(length: number): FileSlice;
  checkProtocol(protocol: number): void;
}

/** Opens the bytes of a file that stays open as long as they are used. */
export async function openPickleBytes(path: string, file: FileHandle): Promise<PickleBytes> {
  return new Window(path, file, (await file.stat()).size);
}

class Window implements PickleBytes {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #size: number;
  #held: Buffer = Buffer.alloc(0);
  /** Where `#held` begins in the file, and how much of it is used. */
  #start = 0;
  #used = 0;
  #kept = 0;

  constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.#file = file;
    this.#size = size;
  }

  get position(): number {
    return this.#start + this.#used;
  }

  async fill(): Promise<void> {
    const { position } = this;
    const isEnough = position + ENOUGH <= this.#start + this.#held.length;
    if (isEnough || (position >= this.#start && this.#start + this.#held.length >= this.#size)) return;
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(WINDOW), 0, WINDOW, position);
    this.#held = buffer.subarray(0, bytesRead);
    this.#start = position;
    this.#used = 0;
  }

  unsigned(length: number): number {
    const bytes = this.#take(length);
    let value = 0;
    for (let index = length - 1; index >= 0; index--) value = value * 256 + (bytes[index] ?? 0);
    if (!Number.isSafeInteger(value)) throw this.#broken(`has a number that is too large`);
    return value;
  }

  signed(length: number): number {
    if (length === 0) return 0;
    if (length > 6) throw this.#broken('has a number that is too large');
    return this.#take(length).readIntLE(0, length);
  }

  float(): number {
    return this.#take(8).readDoubleBE(0);
  }

  text(length: number): string | FileSlice {
    const bytes = this.blob(length);
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : bytes;
  }

  blob(length: number): Uint8Array | FileSlice {
    if (length > LONGEST_HELD) return this.skip(length);
    this.#kept += length + 64;
    if (this.#kept > MOST_HELD) {
      throw unsupportedFile(this.path, 'holds too many strings', 'Save the arrays as .npz.');
    }
    return Uint8Array.from(this.#take(length));
  }

  line(): string {
    const end = this.#held.indexOf(0x0a, this.#used);
    if (end < 0 || end - this.#used > LONGEST_HELD) throw this.#broken('has a name without an end');
    const name = this.#take(end - this.#used).toString('utf8');
    this.#used++;
    return name;
  }

  skip(length: number): FileSlice {
    const offset = this.position;
    if (offset + length > this.#size) {
      throw this.#broken(`says that ${spelled(length)} bytes follow, but ends after ${spelled(this.#size - offset)}`);
    }
    this.#used += length;
    return { offset, length };
  }

  checkProtocol(protocol: number): void {
    if (protocol >= 2 && protocol <= 5) return;
    throw unsupportedFile(
      this.path,
      `is a pickle of protocol ${protocol}`,
      'Save it with protocol 2 to 5, or as .npz.',
    );
  }

  #take(length: number): Buffer {
    const bytes = this.#held.subarray(this.#used, this.#used + length);
    if (bytes.length < length) throw this.#broken('breaks off');
    this.#used += length;
    return bytes;
  }

  #broken(what: string): Error {
    return damagedFile(this.path, `is no pickle that can be read: at byte ${spelled(this.position)} it ${what}`);
  }
}
