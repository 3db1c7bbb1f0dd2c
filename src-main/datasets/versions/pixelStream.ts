/** Reads the pixels of chosen images in large pieces, so that neither memory nor a single wait grows with their number. */

import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged, FILES } from '../layout.ts';

/** Bytes of one piece: a few milliseconds of work for whoever takes it. */
const PIECE_BYTES = 1 << 20;
/** Images that are passed over cost less than another read, while they are fewer than three of four. */
const LEAST_USED = 0.25;

/** Images that follow each other in what was asked for. */
export interface PixelPiece {
  /** Place of its first image in what was asked for. */
  readonly first: number;
  readonly count: number;
  /** uint8, one image after another; valid until the next piece. */
  readonly pixels: Uint8Array;
}

/**
 * The images at `positions` of `images.u8`, in that order; best when they rise.
 * @throws DenseLabError `dataset-damaged` when the file ends early.
 */
export async function* streamPixels(
  directory: string,
  imageBytes: number,
  positions: Uint32Array,
): AsyncGenerator<PixelPiece> {
  const most = Math.max(1, Math.floor(PIECE_BYTES / imageBytes));
  const window = new Uint8Array(most * imageBytes);
  const packed = new Uint8Array(most * imageBytes);
  const file = await open(join(directory, FILES.images), 'r');
  try {
    for (let first = 0; first < positions.length;) {
      const { count, span } = nextPiece(positions, first, most);
      const start = positions[first] ?? 0;
      const read = window.subarray(0, span * imageBytes);
      await readFully(directory, file, read, start * imageBytes);
      if (span !== count) {
        for (let index = 0; index < count; index++) {
          const from = ((positions[first + index] ?? 0) - start) * imageBytes;
          packed.set(read.subarray(from, from + imageBytes), index * imageBytes);
        }
      }
      yield { first, count, pixels: (span === count ? read : packed).subarray(0, count * imageBytes) };
      first += count;
    }
  } finally {
    await file.close();
  }
}

/** How many images one read takes, and how many it passes over or takes. */
function nextPiece(positions: Uint32Array, first: number, most: number): { count: number; span: number } {
  const start = positions[first] ?? 0;
  let taken = { count: 1, span: 1 };
  for (let next = first + 1; next < positions.length; next++) {
    const span = (positions[next] ?? 0) - start + 1;
    if (span <= next - first || span > most) break;
    const count = next - first + 1;
    if (count / span >= LEAST_USED) taken = { count, span };
  }
  return taken;
}

/** Fills `into` from a place in a file. @throws DenseLabError `dataset-damaged` when it ends early. */
export async function readFully(
  directory: string,
  file: FileHandle,
  into: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw damaged(directory, 'a file ends early');
    done += bytesRead;
  }
}
