/** Runs: one network trained once on one version of a dataset. */

import type { Split } from './dataset.ts';
import type { Failure } from './errors.ts';
import type { StoredForecast } from './forecast.ts';
import type { ModelSpec } from './model.ts';
import type { TrainingRecipe } from './recipe.ts';

/**
 * True at any moment, also after a crash: a run that nobody trains is never `running`; one that was trained elsewhere is
 * `imported`. `queued` ones wait for their turn, also while the app is closed; a `paused` one waits for a person.
 */
export type RunStatus =
  'queued' | 'preparing' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed' | 'interrupted' | 'imported';

/**
 * Where a run was trained: in this data folder; elsewhere, and its bare weights were imported; in another data folder, and its bundle
 * was imported; by other software, whose log was imported.
 */
export type RunOrigin = 'here' | 'weights' | 'bundle' | 'log';

/** Where to train: one device, or whichever is measured to be the fastest. */
export type DeviceWish = 'auto' | 'cpu' | `gpu:${number}`;

/** What to train. */
export interface RunRequest {
  /** Name or id of the dataset. */
  readonly dataset: string;
  /** The latest when absent. */
  readonly datasetVersion?: number;
  readonly model: ModelSpec;
  readonly recipe: TrainingRecipe;
  /** Made from model and dataset when absent. */
  readonly name?: string;
  /** `auto` when absent. */
  readonly device?: DeviceWish;
}

/** Loss and accuracy over one split. */
export interface SplitMetrics {
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Share of images whose most probable class is right, 0 to 1. */
  readonly accuracy: number;
}

/** What one finished epoch measured. NaN for what the log of other software does not tell. */
export interface EpochMetrics {
  /** 1-based. */
  readonly epoch: number;
  /** Steps done in all. */
  readonly step: number;
  /** Running means over the epoch's own batches, augmentation included. */
  readonly train: SplitMetrics;
  /** Evaluation with moving averages on `heldOutSplit`. */
  readonly heldOut: SplitMetrics;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  /** Seconds of training and of evaluation; other software's logs tell of both together, as training. */
  readonly trainSeconds: number;
  readonly evaluationSeconds: number;
  /** Most resident memory of the worker that was seen in it, in bytes; null in epochs of versions that did not measure it. */
  readonly residentBytes: number | null;
}

/** One training step. */
export interface StepMetric {
  /** 1-based, counted over all epochs. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  /** L2 norm of the loss's gradient by all parameters, before clipping and without weight decay. */
  readonly gradientNorm: number;
}

/** What computes dense blocks: TensorFlow's own kernels, or DenseLab's native ones. */
export type Kernels = 'stock' | 'block';

/** What maps are computed in while training; weights are float32 in either case. */
export type Precision = 'float32' | 'bfloat16';

/** What really trained the network. */
export interface RunEnvironment {
  /** The device that every node of the graph ran on, as TensorFlow names it: `CPU:0`. */
  readonly device: string;
  /** Why it was this one, in one sentence; runs of the first version do not say. */
  readonly deviceReason?: string;
  /** Runs of the first version do not say: they had `stock` ones. */
  readonly kernels?: Kernels;
  /** Runs of the first version do not say: they had `float32`. */
  readonly precision?: Precision;
  readonly intraOpThreads: number;
  readonly interOpThreads: number;
  readonly tensorflow: string;
  readonly denselab: string;
  readonly node: string;
}

/** What a person keeps with a run. */
export interface RunAnnotations {
  readonly starred: boolean;
  /** Out of the way: listed only when asked for. */
  readonly archived: boolean;
  /** In the order in which they were given; no two are alike. */
  readonly tags: readonly string[];
  /** Folder of the list; empty for none. */
  readonly folder: string;
}

/** A change of what is kept with a run; what is absent stays. */
export interface AnnotationChange extends Partial<RunAnnotations> {
  /** Markdown. */
  readonly notes?: string;
  /** 1 to 10. */
  readonly colour?: number;
}

/** Limits of annotations, in characters and in tags per run. */
export const ANNOTATION_LIMITS = { notes: 100_000, tag: 40, tags: 20, folder: 80 } as const;

/** What a row of the runs table shows. */
export interface RunSummary extends RunAnnotations {
  readonly id: number;
  readonly name: string;
  readonly status: RunStatus;
  readonly origin: RunOrigin;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** 1 to 10: the run's colour everywhere, given at creation. */
  readonly colour: number;
  /** The sweep that it belongs to; null when it was queued by itself. */
  readonly sweep: string | null;
  /** Empty where it is not known. */
  readonly datasetName: string;
  /** Empty where it is not here. */
  readonly datasetId: string;
  /** Version of the dataset that it trains on. */
  readonly datasetVersion: number;
  /** Of a log, what wrote it. */
  readonly modelTitle: string;
  /** Null where there is no model. */
  readonly parameters: number | null;
  readonly epochs: number;
  readonly epochsDone: number;
  readonly stepsPerEpoch: number;
  readonly stepsDone: number;
  /** The split that `heldOut` metrics speak of; `validation` where there is one, else `test`. */
  readonly heldOutSplit: Split;
  readonly best: { readonly epoch: number; readonly accuracy: number } | null;
  readonly last: EpochMetrics | null;
  /** Held-out accuracy of each epoch, for the small curve; at most 100 points. */
  readonly sparkline: readonly number[];
  /** Why it failed, or had to pause; null otherwise. */
  readonly error: Failure | null;
}

/** Everything about a run but its curves. */
export interface RunDetail extends RunSummary {
  readonly datasetHash: string;
  readonly classNames: readonly string[];
  /** Null for a run of a log. */
  readonly model: ModelSpec | null;
  /** Null where it is not known: for a run of bare weights, or of a log. */
  readonly recipe: TrainingRecipe | null;
  /** Null where there is no model. */
  readonly multiplyAdds: number | null;
  /** The file that it was imported from; null for a run that was trained here. */
  readonly source: string | null;
  /** Markdown that a person wrote. */
  readonly notes: string;
  /** The device that was asked for, as a `DeviceWish`; null in runs of versions before, and in imported ones. */
  readonly deviceWish: string | null;
  /** What was foretold when it was created; its error is known after the first epoch. Null where nothing could be. */
  readonly forecast: StoredForecast | null;
  /** Null until its first training step. */
  readonly environment: RunEnvironment | null;
  /** Measured on the whole test split when the run ended: with the last weights, or with the best where training looks out for them. */
  readonly test: SplitMetrics | null;
  readonly checkpoints: readonly CheckpointRecord[];
}

/** A checkpoint that is on disk. */
export interface CheckpointRecord {
  readonly epoch: number;
  readonly step: number;
  /** Path relative to the run's folder. */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
  readonly createdAt: string;
}

/** From where a run goes on. */
export interface Resumption {
  readonly id: number;
  /** Finished epochs and steps in the checkpoint; 0 and 0 when the run starts again from its beginning. */
  readonly epochsFinished: number;
  readonly step: number;
  /** Newer checkpoints that cannot be used, newest first; empty when all is well. */
  readonly passedOver: readonly { readonly file: string; readonly reason: string }[];
}

/** One line of a run's log. */
export interface RunLogLine {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** The log of a run, as far as it is kept. */
export interface RunLog {
  readonly lines: readonly RunLogLine[];
  /** Absolute path of the file. */
  readonly file: string;
  /** Whether older lines were dropped to keep it small. */
  readonly shortened: boolean;
}

/** Curves of one run. Arrays of one length each. */
export interface RunCurves {
  readonly steps: {
    readonly step: readonly number[];
    readonly loss: readonly number[];
    /** NaN in steps of logs that do not tell it. */
    readonly learningRate: readonly number[];
    /** NaN in steps of versions that did not measure it. */
    readonly gradientNorm: readonly number[];
  };
  readonly epochs: readonly EpochMetrics[];
}
