/** Images and labels of one batch after another, in buffers that are used again. */

import type { Split } from '../contract/dataset.ts';
import type { DatasetReader } from '../datasets/reader.ts';
import type { HostTensor } from '../tensorflow/tensor.ts';
import type { Batch } from './batches.ts';

/** A batch as a session takes it; valid until the next one is loaded. */
export interface LoadedBatch {
  /** uint8 [n, height, width, channels]. */
  readonly images: HostTensor;
  /** int32 [n]. */
  readonly labels: HostTensor;
}

/** Loads batches of one split. */
export class BatchFeeder {
  readonly #reader: DatasetReader;
  readonly #split: Split;
  readonly #allLabels: Uint16Array;
  readonly #indexes: Uint32Array;
  readonly #pixels: Uint8Array;
  readonly #labels: Int32Array;
  readonly #imageBytes: number;

  /** @param capacity images of the largest batch */
  constructor(reader: DatasetReader, split: Split, capacity: number) {
    const { height, width, channels } = reader.detail;
    this.#reader = reader;
    this.#split = split;
    this.#allLabels = reader.labels(split);
    this.#imageBytes = height * width * channels;
    this.#indexes = new Uint32Array(capacity);
    this.#pixels = new Uint8Array(capacity * this.#imageBytes);
    this.#labels = new Int32Array(capacity);
  }

  /** Loads the images at `position(i)` for each i of the batch; positions count inside the split. */
  load({ offset, size }: Batch, position: (index: number) => number): LoadedBatch {
    for (let slot = 0; slot < size; slot++) {
      const image = position(offset + slot);
      this.#indexes[slot] = image;
      this.#labels[slot] = this.#allLabels[image] ?? 0;
    }
    this.#reader.gather(this.#split, this.#indexes.subarray(0, size), this.#pixels);
    const { height, width, channels } = this.#reader.detail;
    return {
      images: {
        dataType: 'uint8',
        shape: [size, height, width, channels],
        data: this.#pixels.subarray(0, size * this.#imageBytes),
      },
      labels: { dataType: 'int32', shape: [size], data: this.#labels.subarray(0, size) },
    };
  }
}
