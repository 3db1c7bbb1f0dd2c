/** Reads a version of a stored dataset for training: blocking, since a training worker has nothing else to do meanwhile. */

import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from '../contract/dataset.ts';
import { damaged, FILES, firstImage, imageBytes, readDetailSync } from './layout.ts';
import { readContentSync } from './versions/content.ts';
import { latestVersionSync, readVersionSync, type VersionDetail } from './versions/versionFiles.ts';

/** Splits up to this many bytes are read into memory once; larger ones are read image by image. */
const IN_MEMORY_BYTES = 1 << 30;

/** An open version of a dataset. */
export interface DatasetReader {
  readonly detail: VersionDetail;
  /** Labels of a split, in stored order. */
  labels(split: Split): Uint16Array;
  /**
   * Copies the images at `indexes` (positions inside the split) one after another into `into`, uint8 NHWC.
   * @throws RangeError for an index outside the split, or a buffer that is too short.
   */
  gather(split: Split, indexes: ArrayLike<number>, into: Uint8Array): void;
  close(): void;
}

/**
 * Opens a version of the dataset in a folder.
 * @param version the latest when absent
 * @param inMemoryBytes largest split that is kept in memory
 * @throws DenseLabError `dataset-damaged`, `dataset-version-unknown`.
 */
export function openDatasetReader(
  directory: string,
  version?: number,
  inMemoryBytes: number = IN_MEMORY_BYTES,
): DatasetReader {
  const stored = readDetailSync(directory);
  const detail = readVersionSync(directory, stored, version ?? latestVersionSync(directory));
  const content = readContentSync(directory, detail, stored.images);
  const bytes = imageBytes(detail);
  const images = openSync(join(directory, FILES.images), 'r');
  const held = new Map<Split, Uint8Array>();

  const bounds = (split: Split): [number, number] => {
    const first = firstImage(detail, split);
    return [first, first + detail.splits[split].images];
  };
  const pixelsOf = (split: Split): Uint8Array | null => {
    const positions = content.positions.subarray(...bounds(split));
    if (positions.length * bytes > inMemoryBytes) return null;
    const known = held.get(split);
    if (known !== undefined) return known;
    const pixels = readInto(directory, images, positions, bytes);
    held.set(split, pixels);
    return pixels;
  };

  return {
    detail,
    labels: (split) => content.labels.subarray(...bounds(split)),
    gather: (split, indexes, into) => {
      if (into.length < indexes.length * bytes) throw new RangeError('the buffer is too short for these images');
      const pixels = pixelsOf(split);
      const positions = content.positions.subarray(...bounds(split));
      for (let slot = 0; slot < indexes.length; slot++) {
        const index = checkedIndex(indexes[slot], positions.length);
        const target = into.subarray(slot * bytes, (slot + 1) * bytes);
        if (pixels === null) readFully(directory, images, target, (positions[index] ?? 0) * bytes);
        else target.set(pixels.subarray(index * bytes, (index + 1) * bytes));
      }
    },
    close: () => {
      held.clear();
      closeSync(images);
    },
  };
}

/** The images at rising positions, one after another; neighbours are read together. */
function readInto(directory: string, file: number, positions: Uint32Array, bytes: number): Uint8Array {
  const pixels = new Uint8Array(positions.length * bytes);
  for (let first = 0; first < positions.length;) {
    const start = positions[first] ?? 0;
    let end = first + 1;
    while (positions[end] === start + (end - first)) end++;
    readFully(directory, file, pixels.subarray(first * bytes, end * bytes), start * bytes);
    first = end;
  }
  return pixels;
}

function readFully(directory: string, file: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length;) {
    const read = readSync(file, into, done, into.length - done, position + done);
    if (read === 0) throw damaged(directory, 'a file ends early');
    done += read;
  }
}

function checkedIndex(index: number | undefined, images: number): number {
  if (index === undefined || !Number.isInteger(index) || index < 0 || index >= images) {
    throw new RangeError(`image ${String(index)} of ${images}`);
  }
  return index;
}
