/** How a network does over a split, image by image. */

import type { Standing } from '../contract/study.ts';
import { indexOfLargest } from '../inference/predict.ts';
import type { LoadedCheckpoint, OpenRun } from './openRun.ts';
import { showImages, type Following, type ShownImages } from './passes.ts';

/** One number for each image. */
export interface Judged {
  readonly labels: Uint16Array;
  readonly predicted: Uint16Array;
  /** Cross-entropy, nats. */
  readonly losses: Float64Array;
}

/** Shows images to a network. @throws DenseLabError `cancelled` */
export async function judge(
  run: OpenRun,
  checkpoint: LoadedCheckpoint,
  shown: ShownImages,
  following: Following,
): Promise<Judged> {
  const { length } = shown.positions;
  const judged = {
    labels: new Uint16Array(length),
    predicted: new Uint16Array(length),
    losses: new Float64Array(length),
  };
  let image = 0;
  for await (const { values, labels } of showImages(run, checkpoint, shown, ({ logits }) => [logits], following)) {
    for (const [row, label] of labels.entries()) {
      const { classes } = checkpoint.plan;
      const logits = values[0]?.subarray(row * classes, (row + 1) * classes) ?? new Float32Array(0);
      judged.labels[image] = label;
      judged.predicted[image] = indexOfLargest(logits);
      judged.losses[image] = crossEntropy(logits, label);
      image++;
    }
  }
  return judged;
}

/** Sums of what was judged. */
export function standingOf({ labels, predicted, losses }: Judged, classes: number): Standing {
  const [images, correct] = [new Uint32Array(classes), new Uint32Array(classes)];
  labels.forEach((label, image) => {
    images[label] = (images[label] ?? 0) + 1;
    if (predicted[image] === label) correct[label] = (correct[label] ?? 0) + 1;
  });
  return {
    accuracy: correct.reduce((sum, count) => sum + count, 0) / labels.length,
    loss: losses.reduce((sum, loss) => sum + loss, 0) / labels.length,
    perClass: Array.from(images, (count, label) => (count === 0 ? null : (correct[label] ?? 0) / count)),
  };
}

/** Images whose predicted class differs. */
export function changedAnswers(before: Judged, after: Judged): number {
  return before.predicted.reduce((count, label, image) => count + (label === after.predicted[image] ? 0 : 1), 0);
}

function crossEntropy(logits: Float32Array, label: number): number {
  const most = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return Math.log(sum) + most - (logits[label] ?? NaN);
}
