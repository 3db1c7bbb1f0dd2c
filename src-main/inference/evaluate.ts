/** A network judged on a whole split, class by class. */

import type { Split } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { ClassScore, Evaluation } from '../contract/exchange.ts';
import type { DatasetReader } from '../datasets/reader.ts';
import { arePlaceholders } from '../model/classNames.ts';
import { cutIntoBatches } from '../trainer/batches.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import { BatchFeeder } from '../trainer/feeder.ts';
import type { TrainedNetwork } from './network.ts';
import { indexOfLargest } from './predict.ts';

/** What a network says of every image of a split. */
export interface Judgement {
  /** True class of each image. */
  readonly labels: Uint16Array;
  /** Most probable class of each image. */
  readonly predicted: Uint16Array;
  /** Probability of the most probable class. */
  readonly confidence: Float32Array;
  /** Cross-entropy of each image in nats. */
  readonly losses: Float32Array;
}

/**
 * Judges every image of a split once.
 * @throws DenseLabError `dataset-mismatch` when its images or classes are not those of the network, `dataset-empty`
 */
export function judgeSplit(network: TrainedNetwork, reader: DatasetReader, split: Split): Judgement {
  requireFitting(network, reader, split);
  const classes = network.description.dataset.classNames.length;
  const { images } = reader.detail.splits[split];
  const labels = Uint16Array.from(reader.labels(split));
  const [predicted, confidence, losses] = [new Uint16Array(images), new Float32Array(images), new Float32Array(images)];
  const batchSize = evaluationBatch(reader.detail);
  const feeder = new BatchFeeder(reader, split, batchSize + 1);
  for (const batch of cutIntoBatches(images, batchSize)) {
    const { logits } = network.run(feeder.load(batch, (index) => index).images);
    for (let index = 0; index < batch.size; index++) {
      const row = logits.subarray(index * classes, (index + 1) * classes);
      const image = batch.offset + index;
      const guess = indexOfLargest(row);
      predicted[image] = guess;
      confidence[image] = Math.exp(-crossEntropyOf(row, guess));
      losses[image] = crossEntropyOf(row, labels[image] ?? 0);
    }
  }
  return { labels, predicted, confidence, losses };
}

/** What a judgement comes to, class by class. @param classNames by label */
export function evaluationOf({ labels, predicted, losses }: Judgement, classNames: readonly string[]): Evaluation {
  const confusion = classNames.map(() => new Array<number>(classNames.length).fill(0));
  labels.forEach((label, image) => {
    const counts = confusion[label];
    const guess = predicted[image] ?? 0;
    if (counts !== undefined) counts[guess] = (counts[guess] ?? 0) + 1;
  });
  const images = labels.length;
  const correct = confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  return {
    images,
    accuracy: correct / images,
    loss: losses.reduce((sum, loss) => sum + loss, 0) / images,
    perClass: scores(classNames, confusion),
    confusion,
  };
}

/** log(sum(exp(logits))) - logits[label], in nats. */
function crossEntropyOf(logits: Float32Array, label: number): number {
  const largest = logits[indexOfLargest(logits)] ?? NaN;
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return largest + Math.log(sum) - (logits[label] ?? NaN);
}

function scores(classNames: readonly string[], confusion: readonly (readonly number[])[]): readonly ClassScore[] {
  return classNames.map((name, index) => {
    const images = (confusion[index] ?? []).reduce((sum, count) => sum + count, 0);
    const told = confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0);
    const right = confusion[index]?.[index] ?? 0;
    return {
      class: name,
      images,
      recall: images === 0 ? null : right / images,
      precision: told === 0 ? null : right / told,
    };
  });
}

function requireFitting({ description }: TrainedNetwork, { detail }: DatasetReader, split: Split): void {
  const { height, width, channels } = description.input;
  if (detail.splits[split].images === 0) {
    throw new DenseLabError(
      'dataset-empty',
      `The dataset ${detail.name} has no ${split} images.`,
      'Choose another split.',
    );
  }
  const [ours, theirs] = [description.input, detail].map(
    (size) => `${String(size.height)}x${String(size.width)}x${String(size.channels)}`,
  );
  if (detail.height !== height || detail.width !== width || detail.channels !== channels) {
    throw mismatch(`it holds images of ${theirs ?? ''}, and the network reads ${ours ?? ''}`);
  }
  const [known, there] = [description.dataset.classNames, detail.classNames];
  if (known.length !== there.length) {
    throw mismatch(`it has ${String(there.length)} classes, and the network tells ${String(known.length)} apart`);
  }
  const other = there.findIndex((name, index) => name !== known[index]);
  // A network that was imported without names takes those of the dataset.
  if (other >= 0 && !(description.dataset.contentHash === '' && arePlaceholders(known))) {
    throw mismatch(
      `its class ${String(other)} is "${there[other] ?? ''}", and the network's is "${known[other] ?? ''}"`,
    );
  }
}

function mismatch(reason: string): DenseLabError {
  return new DenseLabError(
    'dataset-mismatch',
    `The dataset does not fit the network: ${reason}.`,
    'Choose the dataset that it was trained on, or one with the same images and classes.',
  );
}
