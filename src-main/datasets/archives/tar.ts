/** Unpacks tar archives (POSIX.1-2001 and GNU), gzipped or not. */

import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { DenseLabError } from '../../contract/errors.ts';
import { damagedFile, unsupportedFile } from '../formats/byteStream.ts';
import type { Unpacking } from './unpacking.ts';

/** Bytes between two entries: headers of names and attributes that are longer are a bomb. */
const LONGEST_HEADERS = 32 * 1024 * 1024;
const BLOCK = 512;

/** Whether bytes begin with the header of a tar entry: its checksum says so, also for archives older than POSIX. */
export function isTar(head: Uint8Array): boolean {
  if (head.length < BLOCK || head[0] === 0) return false;
  const text = Buffer.from(head.subarray(148, 156)).toString('latin1');
  if (!/^[ 0]*[0-7]+[\0 ]/.test(text)) return false;
  let sum = 8 * 0x20;
  head.subarray(0, BLOCK).forEach((byte, index) => (sum += index >= 148 && index < 156 ? 0 : byte));
  return sum === Number.parseInt(text, 8);
}

/**
 * Unpacks all files.
 * @throws DenseLabError `source-damaged` where the archive is cut or makes no sense, and what `Unpacking` throws.
 */
export async function unpackTar(path: string, gzipped: boolean, unpacking: Unpacking): Promise<void> {
  const reader = extract();
  const gauge = new HeaderGauge(path);
  const bytes = createReadStream(path, { highWaterMark: 1 << 18 });
  const fed = gzipped ? pipeline(bytes, createGunzip(), gauge, reader) : pipeline(bytes, gauge, reader);
  // Told by the loop below; until then it must not count as unhandled.
  fed.catch(() => undefined);
  try {
    for await (const entry of reader) {
      unpacking.count();
      const { name, type } = entry.header;
      if (type === 'file' || type === 'contiguous-file' || type === null || type === undefined) {
        await unpacking.file(name, gauge.watch(entry));
      } else if (type === 'directory') await unpacking.folder(name);
      else unpacking.skip(name, type === 'symlink' || type === 'link' ? 'A link' : 'A device or pipe');
      entry.resume();
      gauge.reset();
    }
    await fed;
  } catch (error) {
    reader.destroy();
    throw asDamaged(path, error);
  }
}

/** Counts what goes in and no entry takes out. */
class HeaderGauge extends Transform {
  readonly #path: string;
  #pending = 0;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.#pending += chunk.length;
    if (this.#pending > LONGEST_HEADERS) {
      done(unsupportedFile(this.#path, 'has headers of many megabytes', 'Pack it again with another program.'));
    } else done(null, chunk);
  }

  /** An entry was read. */
  reset(): void {
    this.#pending = 0;
  }

  /** Passes the bytes of an entry on. */
  async *watch(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of entry) {
      if (!(chunk instanceof Uint8Array)) throw new Error('an entry gave text instead of bytes');
      this.#pending = Math.max(0, this.#pending - chunk.length);
      yield chunk;
    }
  }
}

function asDamaged(path: string, error: unknown): unknown {
  if (error instanceof DenseLabError) return error;
  if (error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))) return error;
  return damagedFile(path, `is no whole tar archive: ${error instanceof Error ? error.message : String(error)}`);
}
