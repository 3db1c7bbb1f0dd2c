/**
 * Writes a version as NumPy arrays in one file: `x_train` (uint8, images x height x width, and x 3 for colour), `y_train` (uint16)
 * and the same for validation and test, and `class_names`. The form is that of `numpy.savez`: a zip of .npy files (NumPy
 * Enhancement Proposal 1), stored as they are.
 */

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import { throwIfCancelled } from '../formats/source.ts';
import { imageBytes } from '../layout.ts';
import { bytesOfUint16 } from '../versions/littleEndian.ts';
import { streamPixels } from '../versions/pixelStream.ts';
import type { ExportTarget } from './exportVersion.ts';
import { npyHeader } from './npy.ts';

/** Time stamp of every entry, so that the same version gives the same bytes. */
const STAMP = new Date(1980, 0, 1);

/** Writes `name` into a folder. Splits without images get no arrays. */
export async function writeArrays(target: ExportTarget, name: string): Promise<void> {
  const { detail, content } = target.version;
  const zip = new ZipFile();
  const options = { mtime: STAMP, compress: false };
  let first = 0;
  for (const split of SPLITS) {
    const { images } = detail.splits[split];
    if (images === 0) continue;
    const shape = [images, detail.height, detail.width, ...(detail.channels === 1 ? [] : [detail.channels])];
    const head = npyHeader('|u1', shape);
    const size = head.length + images * imageBytes(detail);
    zip.addReadStream(Readable.from(pixelsOf(target, split, first, head), { objectMode: false }), `x_${split}.npy`, {
      ...options,
      size,
    });
    const labels = bytesOfUint16(content.labels.subarray(first, first + images));
    zip.addBuffer(Buffer.concat([npyHeader('<u2', [images]), labels]), `y_${split}.npy`, options);
    first += images;
  }
  zip.addBuffer(textArray(detail.classNames), 'class_names.npy', options);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(join(target.directory, name), { flags: 'wx' }), {
    signal: target.signal,
  });
}

async function* pixelsOf(
  { version, signal, onImages }: ExportTarget,
  split: Split,
  first: number,
  head: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const { detail, content } = version;
  const positions = content.positions.subarray(first, first + detail.splits[split].images);
  yield head;
  for await (const piece of streamPixels(version.directory, imageBytes(detail), positions)) {
    throwIfCancelled(signal);
    // A copy, since the stream holds it while the next piece is read.
    yield piece.pixels.slice();
    onImages(piece.count);
  }
}

/** Texts as UTF-32, each as long as the longest. */
function textArray(texts: readonly string[]): Buffer {
  const letters = texts.map((text) => [...text]);
  const longest = Math.max(1, ...letters.map(({ length }) => length));
  const bytes = Buffer.alloc(texts.length * longest * 4);
  letters.forEach((text, row) =>
    text.forEach((letter, place) => bytes.writeUInt32LE(letter.codePointAt(0) ?? 0, (row * longest + place) * 4)),
  );
  return Buffer.concat([npyHeader(`<U${String(longest)}`, [texts.length]), bytes]);
}
