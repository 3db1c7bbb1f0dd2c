/** Bytes of a file in order, as many as are asked for; memory holds one chunk at a time. */

import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { DenseLabError } from '../../contract/errors.ts';
import { spelled, throwIfCancelled } from './source.ts';

/** Bytes that come from a disk, or out of a decompressor, at a time. */
export const CHUNK_BYTES = 1 << 20;

/** Where a format takes its bytes from. */
export interface ByteStream {
  /** The next bytes, fewer only where the stream ends. */
  read(length: number): Promise<Uint8Array>;
  /** The next bytes, at most so many, as they come; none at the end. */
  some(length: number): Promise<Uint8Array>;
  /** Bytes taken so far. */
  readonly position: number;
  close(): Promise<void>;
}

/** Cuts chunks, which may have any size, to what is asked for. */
export function byteStream(chunks: AsyncGenerator<Uint8Array, void, undefined>): ByteStream {
  let held: Uint8Array = new Uint8Array(0);
  let position = 0;
  const some = async (length: number): Promise<Uint8Array> => {
    while (held.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return held;
      held = next.value;
    }
    const part = held.subarray(0, length);
    held = held.subarray(part.length);
    position += part.length;
    return part;
  };
  const read = async (length: number): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for (let missing = length; missing > 0;) {
      const part = await some(missing);
      if (part.length === 0) break;
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  };
  return {
    read,
    some,
    get position() {
      return position;
    },
    close: async () => void (await chunks.return(undefined)),
  };
}

/**
 * A file's bytes as they lie on the disk.
 * @param start first byte
 * @param length bytes, to the end when absent
 */
export async function* fileChunks(
  path: string,
  start = 0,
  length = Infinity,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (length <= 0) return;
  const end = length === Infinity ? {} : { end: start + length - 1 };
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, start, ...end })) {
    if (chunk instanceof Uint8Array) yield chunk;
  }
}

/**
 * Whole records, several at a time, until `count` have come.
 * @param size bytes of one record
 * @param most bytes that are given at a time, if a record is not larger
 * @throws DenseLabError `source-damaged` where the stream ends before.
 */
export async function* records(
  stream: ByteStream,
  { path, size, count, most = CHUNK_BYTES }: { path: string; size: number; count: number; most?: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const atOnce = Math.max(1, Math.floor(most / size));
  for (let done = 0; done < count;) {
    throwIfCancelled(signal);
    const wanted = Math.min(atOnce, count - done) * size;
    const bytes = await stream.read(wanted);
    if (bytes.length < wanted) {
      throw damagedFile(
        path,
        `ends at byte ${spelled(stream.position)}, ${spelled(done + Math.floor(bytes.length / size))} of ${spelled(count)} records in`,
      );
    }
    yield bytes;
    done += wanted / size;
  }
}

/** The failure of a file that contradicts itself; `what` follows its name in a sentence. */
export function damagedFile(path: string, what: string): DenseLabError {
  return new DenseLabError('source-damaged', `${basename(path)} ${what}.`, 'Download or copy it again.', path);
}

/** The failure of a file that is whole but says something that DenseLab does not read. */
export function unsupportedFile(path: string, what: string, action: string): DenseLabError {
  return new DenseLabError('source-unsupported', `${basename(path)} ${what}.`, action, path);
}
