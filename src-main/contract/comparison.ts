/** Several runs beside each other: what differs, what came of it, and whether the difference means anything. */

import type { Split } from './dataset.ts';
import type { RunCurves, RunStatus } from './run.ts';

/** Something measured in every epoch, or once per run. */
export type MetricName =
  | 'heldOutAccuracy'
  | 'heldOutLoss'
  | 'trainAccuracy'
  | 'trainLoss'
  | 'testAccuracy'
  | 'testLoss'
  | 'imagesPerSecond'
  | 'trainSeconds'
  | 'memoryBytes';

/** How a metric is read. */
export interface MetricWords {
  readonly title: string;
  /** `share` is shown as a percentage. */
  readonly unit: 'share' | 'nats' | 'images/s' | 'seconds' | 'bytes';
  readonly better: 'more' | 'less';
}

/** All metrics, in the order of tables. */
export const METRICS: Readonly<Record<MetricName, MetricWords>> = {
  heldOutAccuracy: { title: 'Held-out accuracy', unit: 'share', better: 'more' },
  heldOutLoss: { title: 'Held-out loss', unit: 'nats', better: 'less' },
  trainAccuracy: { title: 'Training accuracy', unit: 'share', better: 'more' },
  trainLoss: { title: 'Training loss', unit: 'nats', better: 'less' },
  testAccuracy: { title: 'Test accuracy', unit: 'share', better: 'more' },
  testLoss: { title: 'Test loss', unit: 'nats', better: 'less' },
  imagesPerSecond: { title: 'Speed', unit: 'images/s', better: 'more' },
  trainSeconds: { title: 'Training time', unit: 'seconds', better: 'less' },
  memoryBytes: { title: 'Peak memory', unit: 'bytes', better: 'less' },
};

/** Names of all metrics. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** Best and last value of a metric; null where it was never measured. */
export interface MetricValue {
  readonly best: number | null;
  /** Epoch of the best value; null for metrics of the whole run. */
  readonly bestEpoch: number | null;
  readonly last: number | null;
}

/** One run in a comparison. */
export interface ComparedRun {
  readonly id: number;
  readonly name: string;
  readonly colour: number;
  readonly status: RunStatus;
  readonly modelTitle: string;
  readonly datasetName: string;
  readonly datasetVersion: number;
  readonly heldOutSplit: Split;
  /** Null where there is no model. */
  readonly parameters: number | null;
  readonly multiplyAdds: number | null;
  readonly epochs: number;
  readonly epochsDone: number;
  readonly stepsPerEpoch: number;
  /** Null where the recipe is not known. */
  readonly batchSize: number | null;
  readonly seed: number | null;
  readonly metrics: Readonly<Record<MetricName, MetricValue>>;
  /** Index into `groups`. */
  readonly group: number;
}

/** A setting whose value is not the same in all runs. */
export interface SettingDifference {
  /** Stable path: `model.growthRate`, `recipe.optimizer.kind`, `dataset.version`. */
  readonly key: string;
  /** In the words of the paper: `Growth rate k`. */
  readonly title: string;
  /** Does not change what is learnt or is meant to differ: seed, times, versions of software. */
  readonly trivial: boolean;
  /** One per run, in order; null where the run has no such setting. */
  readonly values: readonly (string | number | boolean | null)[];
}

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  /** Positions in `runs`. */
  readonly runs: readonly number[];
  /** Best held-out accuracy over the seeds. */
  readonly accuracy: Spread | null;
}

/** Values of one group. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation; null for one value. */
  readonly standardDeviation: number | null;
  /** 95% confidence interval of the mean by Student's t; null for one value. */
  readonly interval: readonly [number, number] | null;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Whether two groups differ by more than their seeds explain. */
export interface GroupTest {
  /** Positions in `groups`. */
  readonly groups: readonly [number, number];
  /** Mean of the first less mean of the second. */
  readonly difference: number;
  /** Welch's t-test, two-sided; null where a group has fewer than two runs or nothing varies. */
  readonly pValue: number | null;
  /** One sentence for a person, with what it does not say. */
  readonly note: string;
}

/** How much of the spread of the best accuracy one setting explains alone. */
export interface SettingImportance {
  readonly key: string;
  readonly title: string;
  /** Between-group over total sum of squares (eta squared), 0 to 1. */
  readonly explained: number;
  /** Share of random reorderings of the values that explain as much: small where it is not chance. */
  readonly pValue: number;
}

/** Several runs beside each other. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** Settings that are equal in all. */
  readonly equalSettings: number;
  readonly differences: readonly SettingDifference[];
  readonly groups: readonly RunGroup[];
  /** Every pair of groups with at least two runs each, when there are at most 20 groups. */
  readonly tests: readonly GroupTest[];
  /** The most important first; empty where fewer than four runs have a result. */
  readonly importance: readonly SettingImportance[];
  /** Positions in `runs` of those that no other run beats in both accuracy and the cost. */
  readonly frontier: Readonly<Record<Cost, readonly number[]>>;
}

/** What accuracy is set against. */
export type Cost = 'parameters' | 'multiplyAdds' | 'trainSeconds' | 'memoryBytes';

/** What a run cost: counts, seconds of training, or the most memory of its worker in bytes; null where it is not known. */
export function costOf(run: ComparedRun, cost: Cost): number | null {
  return cost === 'trainSeconds' || cost === 'memoryBytes' ? run.metrics[cost].last : run[cost];
}

/** A result of the literature. */
export interface PublishedPoint {
  readonly title: string;
  readonly dataset: 'CIFAR-10' | 'CIFAR-10+' | 'CIFAR-100' | 'CIFAR-100+' | 'SVHN';
  readonly parameters: number;
  /** Share of wrong test images, 0 to 1. */
  readonly error: number;
  readonly isDenseNet: boolean;
}

/** A comparison with what its charts draw. */
export interface ComparisonView {
  readonly comparison: Comparison;
  /** Of each run in order; steps are thinned with their extremes kept. */
  readonly curves: readonly RunCurves[];
}

/** An image that one of two networks gets right and the other wrong. */
export interface ContrastedImage {
  /** Position in the whole version. */
  readonly image: number;
  readonly label: number;
  readonly predictedA: number;
  readonly predictedB: number;
  /** How sure the one that is wrong is, 0 to 1. */
  readonly confidence: number;
}

/** Two networks on every image of one split. */
export interface Contrast {
  readonly split: Split;
  readonly classNames: readonly string[];
  /** Images that only the first, only the second, both and neither get right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly both: number;
  readonly neither: number;
  /** Accuracy of the first less that of the second, with its 95% interval. */
  readonly difference: number;
  readonly interval: readonly [number, number];
  /** McNemar's exact test, two-sided. */
  readonly pValue: number;
  /** Recall of the first less that of the second by class; null where the class has no image. */
  readonly recall: readonly (number | null)[];
  /** Images in each cell of the confusion matrix, the first less the second. */
  readonly confusion: readonly (readonly number[])[];
  /** Position in the whole version of the split's first image; image i of the arrays is `first + i`. */
  readonly first: number;
  /** True class of each image, and the one that each network finds the most probable. */
  readonly labels: Uint16Array;
  readonly predictedA: Uint16Array;
  readonly predictedB: Uint16Array;
  /** Images that only A, and that only B gets right; those first on which the other is the surest. At most 60 each. */
  readonly onlyA: readonly ContrastedImage[];
  readonly onlyB: readonly ContrastedImage[];
}

/** Fewest and most runs of one comparison. */
export const COMPARED_RUNS = { least: 2, most: 50 } as const;

/** Files that a comparison can become. */
export const COMPARISON_FORMATS = ['csv', 'latex', 'html'] as const;
/** One of them. */
export type ComparisonFormat = (typeof COMPARISON_FORMATS)[number];
