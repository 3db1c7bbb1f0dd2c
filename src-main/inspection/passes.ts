/** Many images through a network that is looked into, batch by batch; other questions are answered in between. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Split } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { DatasetReader } from '../datasets/reader.ts';
import type { StudyModel } from '../graph/study.ts';
import { float32Data } from '../tensorflow/tensor.ts';
import { cutIntoBatches } from '../trainer/batches.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import { BatchFeeder } from '../trainer/feeder.ts';
import type { LoadedCheckpoint, OpenRun } from './openRun.ts';

/** How a pass is followed. */
export interface Following {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Some images of a split, in an order. */
export interface ShownImages {
  readonly reader: DatasetReader;
  readonly split: Split;
  /** Positions in the split. */
  readonly positions: Uint32Array;
}

/** What was fetched for a batch. */
export interface FetchedBatch {
  readonly values: readonly Float32Array[];
  /** Of its images; valid until the next batch. */
  readonly labels: Int32Array;
}

/** Lets others in. @throws DenseLabError `cancelled` */
export async function pause(signal: AbortSignal): Promise<void> {
  await nextTurn();
  if (signal.aborted)
    throw new DenseLabError('cancelled', 'The pass over the images was cancelled.', 'Start it again.');
}

/**
 * Shows images to a network.
 * @param fetchesOf what is wanted of each batch
 * @throws DenseLabError `cancelled`
 */
export async function* showImages(
  run: OpenRun,
  checkpoint: LoadedCheckpoint,
  { reader, split, positions }: ShownImages,
  fetchesOf: (model: StudyModel) => readonly string[],
  { signal, onProgress }: Following,
): AsyncGenerator<FetchedBatch> {
  const batchSize = evaluationBatch(reader.detail);
  const feeder = new BatchFeeder(reader, split, batchSize + 1);
  for (const batch of cutIntoBatches(positions.length, batchSize)) {
    const { images, labels } = feeder.load(batch, (index) => positions[index] ?? 0);
    const values = await run.study(checkpoint, ({ model, session }) =>
      session.run({ [model.images]: images }, fetchesOf(model)).map(float32Data),
    );
    if (labels.dataType !== 'int32') throw new Error('labels are whole numbers');
    yield { values, labels: labels.data };
    onProgress(batch.offset + batch.size, positions.length);
    await pause(signal);
  }
}

/** Every image of a split in its order. @throws DenseLabError `dataset-empty` */
export function allImages(reader: DatasetReader, split: Split): ShownImages {
  const { images } = reader.detail.splits[split];
  if (images === 0) {
    throw new DenseLabError('dataset-empty', `The dataset has no ${split} images.`, 'Choose another split.');
  }
  return { reader, split, positions: Uint32Array.from({ length: images }, (_, index) => index) };
}
