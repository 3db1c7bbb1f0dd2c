/** A dataset of noise in memory, for passes over its images. */

import type { InputShape } from '../../src-main/contract/model.ts';
import { createRandom } from '../../src-main/datasets/random.ts';
import type { DatasetReader } from '../../src-main/datasets/reader.ts';
import { buildDatasetDetail } from './buildDataset.ts';

/** Images of its test split, and of its train split where it has one. */
export const NOISE_IMAGES = 70;

/** A reader of noise, test images alone; with `classes` they are labelled in turn, and there is a train split of the same images. */
export function noiseReader({ height, width, channels }: InputShape, classes?: number): DatasetReader {
  const size = height * width * channels;
  const random = createRandom(7);
  const pixels = Uint8Array.from({ length: NOISE_IMAGES * size }, () => random.uniform() * 256);
  const none = { images: 0, perClass: [] };
  const all = { images: NOISE_IMAGES, perClass: [NOISE_IMAGES] };
  const splits = { train: classes === undefined ? none : all, validation: none, test: all };
  return {
    // What a pass over images reads of it.
    detail: { ...buildDatasetDetail(), height, width, channels: channels === 1 ? 1 : 3, splits },
    labels: () => Uint16Array.from({ length: NOISE_IMAGES }, (_, image) => image % (classes ?? 1)),
    gather: (_split, indexes, into) =>
      Array.from(indexes).forEach((image, slot) =>
        into.set(pixels.subarray(image * size, (image + 1) * size), slot * size),
      ),
    close: () => undefined,
  };
}
