/** Linear probes (Alain and Bengio 2016): how well the classes can be told apart at each depth of a network. */

import type { Split } from '../contract/dataset.ts';
import type { LinearProbe, ProbedPlace } from '../contract/study.ts';
import { indexOfLargest } from '../inference/predict.ts';
import { trainingSubset } from '../trainer/subset.ts';
import { fitClassifier, type Examples } from './logistic.ts';
import type { LoadedCheckpoint, OpenRun } from './openRun.ts';
import { pause, showImages, type Following, type ShownImages } from './passes.ts';
import { probePlaces, type ProbePlace } from './studied.ts';

/** Images that a probe is fitted to, at most: each class in its share of the train split. */
const FITTED_TO = 4000;
/** Which of them; the same each time. */
const SEED = 1;

/** What was found. */
export type Probed = Omit<LinearProbe, 'run' | 'epoch'>;

/**
 * Fits a probe at each place, and judges it.
 * @param judged images that it is judged on
 * @throws DenseLabError `cancelled`
 */
export async function probeNetwork(
  run: OpenRun,
  checkpoint: LoadedCheckpoint,
  judged: ShownImages,
  following: (split: Split) => Following,
): Promise<Probed> {
  const { plan } = checkpoint;
  const { reader, split } = judged;
  const places = probePlaces(plan);
  const fitted = {
    reader,
    split: 'train',
    positions: trainingSubset(reader.labels('train'), plan.classes, FITTED_TO, SEED),
  } as const;
  const seen = await collect(run, checkpoint, fitted, places, following('train'));
  const others = await collect(run, checkpoint, judged, places, following(split));
  const found: ProbedPlace[] = [];
  for (const [at, { place, layer }] of places.entries()) {
    const examples = examplesOf(seen, at, plan.classes);
    const classifier = await fitClassifier(examples, () => pause(following(split).signal));
    found.push({
      place,
      layer,
      features: examples.columns,
      trainAccuracy: classifier.accuracy(examples),
      accuracy: classifier.accuracy(examplesOf(others, at, plan.classes)),
    });
  }
  const images = judged.positions.length;
  return { fittedTo: fitted.positions.length, split, images, places: found, network: others.correct / images };
}

/** What was seen of images: features by place, one batch after another. */
interface Collected {
  readonly features: readonly (readonly Float32Array[])[];
  readonly labels: Uint16Array;
  /** Images whose class the network itself finds. */
  readonly correct: number;
}

async function collect(
  run: OpenRun,
  checkpoint: LoadedCheckpoint,
  shown: ShownImages,
  places: readonly ProbePlace[],
  following: Following,
): Promise<Collected> {
  const features: Float32Array[][] = places.map(() => []);
  const labels: number[] = [];
  let correct = 0;
  const { classes } = checkpoint.plan;
  const fetches = (model: { features: Readonly<Record<string, string>>; logits: string }) => [
    model.logits,
    ...places.map(({ layer }) => model.features[layer] ?? ''),
  ];
  for await (const batch of showImages(run, checkpoint, shown, fetches, following)) {
    const [logits = new Float32Array(0), ...found] = batch.values;
    found.forEach((values, place) => features[place]?.push(values));
    for (const [row, label] of batch.labels.entries()) {
      labels.push(label);
      if (indexOfLargest(logits.subarray(row * classes, (row + 1) * classes)) === label) correct++;
    }
  }
  return { features, labels: Uint16Array.from(labels), correct };
}

function examplesOf({ features, labels }: Collected, place: number, classes: number): Examples {
  const batches = features[place] ?? [];
  const joined = new Float32Array(batches.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const batch of batches) {
    joined.set(batch, offset);
    offset += batch.length;
  }
  return { features: joined, columns: joined.length / labels.length, labels, classes };
}
