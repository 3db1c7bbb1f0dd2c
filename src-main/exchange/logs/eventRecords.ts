/**
 * Records of an event file (tensorflow/core/lib/io/record_writer.h): length, its checksum, content, its checksum. A record that is
 * damaged is told by its place and left out; the next one is found by the checksum of its length.
 */

import { open, type FileHandle } from 'node:fs/promises';
import { maskedCrc32c } from '../curves/crc32c.ts';

const HEAD = 12;
const FOOT = 4;
/** Larger records hold pictures or graphs, never a number, and are passed over unread. */
const LARGEST = 16 << 20;
/** Bytes that are read at once. */
const WINDOW = 1 << 20;
/** Places that are told one by one; more are counted. */
const MOST_TOLD = 20;

/** Reads through a file record by record. */
export class EventRecords {
  /** What could not be read, each in one sentence. */
  readonly damage: string[] = [];
  readonly #file: FileHandle;
  readonly #size: number;
  #window: Uint8Array = new Uint8Array(0);
  #start = 0;
  #untold = 0;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** Calls `use` with the content of each record; @returns what could not be read. */
  static async read(path: string, use: (content: Uint8Array) => void): Promise<readonly string[]> {
    const file = await open(path, 'r');
    try {
      const records = new EventRecords(file, (await file.stat()).size);
      await records.#run(use);
      return records.damage;
    } finally {
      await file.close();
    }
  }

  /** Whether a file begins with a record. */
  static async begins(path: string): Promise<boolean> {
    const file = await open(path, 'r');
    try {
      const records = new EventRecords(file, (await file.stat()).size);
      return (await records.#lengthAt(0)) !== null;
    } finally {
      await file.close();
    }
  }

  async #run(use: (content: Uint8Array) => void): Promise<void> {
    let at = 0;
    while (at < this.#size) {
      const length = await this.#lengthAt(at);
      if (length === null) {
        at = await this.#resume(at);
        continue;
      }
      const end = at + HEAD + length + FOOT;
      if (end > this.#size) {
        this.#tell(`It ends inside the record at byte ${String(at)}, as a file that is still written does.`);
        break;
      }
      if (length <= LARGEST) this.#check(at, await this.#bytes(at + HEAD, length + FOOT), use);
      at = end;
    }
    if (this.#untold > 0) this.damage.push(`${String(this.#untold)} more places are damaged.`);
  }

  #check(at: number, bytes: Uint8Array, use: (content: Uint8Array) => void): void {
    const content = bytes.subarray(0, bytes.length - FOOT);
    if (maskedCrc32c(content) !== numberAt(bytes, content.length)) {
      return this.#tell(`The record at byte ${String(at)} is damaged: its checksum is wrong.`);
    }
    try {
      use(content);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      this.#tell(`The record at byte ${String(at)} makes no sense: ${thrown.message}.`);
    }
  }

  /** Length of the content of the record at a byte; null where no record begins. */
  async #lengthAt(at: number): Promise<number | null> {
    const head = await this.#bytes(at, HEAD);
    if (head.length < HEAD || maskedCrc32c(head.subarray(0, 8)) !== numberAt(head, 8)) return null;
    const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true);
    return length > BigInt(this.#size) ? this.#size : Number(length);
  }

  /** Where the next record begins. */
  async #resume(damaged: number): Promise<number> {
    let at = damaged + 1;
    while (at + HEAD <= this.#size && (await this.#lengthAt(at)) === null) at++;
    const end = at + HEAD > this.#size ? this.#size : at;
    this.#tell(`Bytes ${String(damaged)} to ${String(end)} are damaged.`);
    return end;
  }

  async #bytes(at: number, length: number): Promise<Uint8Array> {
    if (at < this.#start || at + length > this.#start + this.#window.length) {
      const wanted = Math.min(Math.max(length, WINDOW), this.#size - at);
      const buffer = new Uint8Array(Math.max(0, wanted));
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await this.#file.read(buffer, done, buffer.length - done, at + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      [this.#window, this.#start] = [buffer.subarray(0, done), at];
    }
    return this.#window.subarray(at - this.#start, at - this.#start + length);
  }

  #tell(sentence: string): void {
    if (this.damage.length < MOST_TOLD) this.damage.push(sentence);
    else this.#untold++;
  }
}

function numberAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}
