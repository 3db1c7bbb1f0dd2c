/** Reads a stored dataset for training: blocking, since a training worker has nothing else to do meanwhile. */

import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetDetail, Split } from '../contract/dataset.ts';
import { damaged, FILES, firstImage, imageBytes, readDetailSync } from './layout.ts';

/** Splits up to this many bytes are read into memory once; larger ones are read image by image. */
const IN_MEMORY_BYTES = 1 << 30;

/** An open dataset. */
export interface DatasetReader {
  readonly detail: DatasetDetail;
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
 * Opens the dataset in a folder.
 * @param inMemoryBytes largest split that is kept in memory
 * @throws DenseLabError `dataset-damaged`.
 */
export function openDatasetReader(directory: string, inMemoryBytes: number = IN_MEMORY_BYTES): DatasetReader {
  const detail = readDetailSync(directory);
  const bytes = imageBytes(detail);
  const images = openSync(join(directory, FILES.images), 'r');
  const held = new Map<Split, Uint8Array>();
  const labels = new Map<Split, Uint16Array>();

  const pixelsOf = (split: Split): Uint8Array | null => {
    const length = detail.splits[split].images * bytes;
    if (length > inMemoryBytes) return null;
    const known = held.get(split);
    if (known !== undefined) return known;
    const pixels = new Uint8Array(length);
    readFully(directory, images, pixels, firstImage(detail, split) * bytes);
    held.set(split, pixels);
    return pixels;
  };

  return {
    detail,
    labels: (split) => {
      const known = labels.get(split) ?? readLabels(directory, detail, split);
      labels.set(split, known);
      return known;
    },
    gather: (split, indexes, into) => {
      if (into.length < indexes.length * bytes) throw new RangeError('the buffer is too short for these images');
      const pixels = pixelsOf(split);
      const first = firstImage(detail, split);
      for (let position = 0; position < indexes.length; position++) {
        const index = checkedIndex(indexes[position], detail.splits[split].images);
        const target = into.subarray(position * bytes, (position + 1) * bytes);
        if (pixels === null) readFully(directory, images, target, (first + index) * bytes);
        else target.set(pixels.subarray(index * bytes, (index + 1) * bytes));
      }
    },
    close: () => {
      held.clear();
      closeSync(images);
    },
  };
}

function readLabels(directory: string, detail: DatasetDetail, split: Split): Uint16Array {
  const bytes = Buffer.alloc(detail.splits[split].images * 2);
  const file = openSync(join(directory, FILES.labels), 'r');
  try {
    readFully(directory, file, bytes, firstImage(detail, split) * 2);
  } finally {
    closeSync(file);
  }
  const labels = Uint16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16LE(index * 2));
  if (labels.some((label) => label >= detail.classNames.length)) {
    throw damaged(directory, `${FILES.labels} names a class that does not exist`);
  }
  return labels;
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
