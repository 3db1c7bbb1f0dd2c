/** What a run will take before it is started: memory and time. */

import type { Failure } from './errors.ts';
import type { InputShape, ModelSpec } from './model.ts';
import type { Kernels, Precision } from './run.ts';

/**
 * Where a time comes from. `measured`: runs of the same network, batch, precision and kernels here; `calibrated`: the
 * calibration of this machine; `estimated`: a calibration from before TensorFlow, kernels or threads changed.
 */
export type ForecastSource = 'measured' | 'calibrated' | 'estimated';

/** A time that is foretold. */
export interface TimeForecast {
  /** Training and evaluation of one epoch. */
  readonly secondsPerEpoch: number;
  /** All epochs, the preparation, and the test at the end. */
  readonly secondsInAll: number;
  readonly source: ForecastSource;
  /** The source in words, for a tooltip: `Run 12 on this machine`. */
  readonly basis: string;
}

/** The memory that a training needs, by estimate. */
export interface MemoryForecast {
  readonly bytes: number;
  /** What this machine has free now, and in all. */
  readonly availableBytes: number;
  readonly totalBytes: number;
  /** Whether it fits into what is free. */
  readonly fits: boolean;
  /** The largest batch that fits into what is free; 0 when not even one image does. */
  readonly largestBatch: number;
}

/** What a run will take on this machine. */
export interface Forecast {
  readonly parameters: number;
  /** For one image. */
  readonly multiplyAdds: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** What it will be computed in and with, as far as can be known before it starts. */
  readonly precision: Precision;
  readonly kernels: Kernels;
  readonly memory: MemoryForecast;
  /** Null where nothing was measured on this machine, and for a GPU without a run of this kind. */
  readonly time: TimeForecast | null;
}

/** What was foretold when a run was created; its error is known after the first epoch. */
export interface StoredForecast {
  readonly secondsPerEpoch: number;
  readonly source: ForecastSource;
}

/** What is known of this machine's speed. */
export interface CalibrationState {
  /** ISO 8601, UTC; null when the machine was never calibrated. */
  readonly measuredAt: string | null;
  /** How long it took. */
  readonly seconds: number | null;
  /** What changed since, one sentence; null when it holds. */
  readonly stale: string | null;
  /** Median distance of the calibration's own measurements from the fitted cost, as a share of them; null without any. */
  readonly fitError: number | null;
}

/** A network that a calibration times, and how it is computed. */
export interface TimedCase {
  readonly model: ModelSpec;
  readonly input: InputShape;
  readonly classes: number;
  readonly batchSize: number;
  /** By depth when null. */
  readonly recomputation: boolean | null;
  readonly kernels: Kernels;
  readonly precision: Precision;
}

/** What was measured of a case. */
export interface CaseTiming {
  /** Of one training step: the lower quartile of several. */
  readonly stepMilliseconds: number;
  /** Of one batch of an evaluation, likewise, and its images. */
  readonly evaluationMilliseconds: number;
  readonly evaluationImages: number;
  /** From the plan to the end of the first step. */
  readonly preparationSeconds: number;
}

/** What a worker tells while it times cases, one after another in their order; the owner lets it go after the last. */
export type TimingEvent =
  | { readonly event: 'timed'; readonly timing: CaseTiming }
  /** This case cannot be had here; the next one follows. */
  | { readonly event: 'untimed'; readonly error: Failure }
  | { readonly event: 'failed'; readonly error: Failure };

/** Progress of a calibration. */
export interface CalibrationEvent {
  /** Networks measured, and networks in all. */
  readonly done: number;
  readonly of: number;
  /** The one that is measured now: `DenseNet-BC (L=22, k=12), bfloat16`. */
  readonly subject: string;
}
