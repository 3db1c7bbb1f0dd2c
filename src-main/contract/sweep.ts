/** Sweeps: many runs from one request, one for each combination of values, repeated over seeds. */

import type { Forecast } from './forecast.ts';
import type { ModelSpec } from './model.ts';
import type { RunRequest } from './run.ts';

/**
 * A value of a setting: a number or a word, or a whole schedule, optimizer or list of layers. JSON; it is read as strictly as
 * any model or recipe.
 */
export type SweepValue = string | number | boolean | null | readonly unknown[] | { readonly [field: string]: unknown };

/** The values that a setting takes. */
export type AxisValues =
  | { readonly kind: 'list'; readonly values: readonly SweepValue[] }
  /**
   * From one number to another, both among them. A grid takes `count` of them, evenly spaced (`log`: in their logarithms);
   * random combinations are drawn from all between. `whole` rounds.
   */
  | {
      readonly kind: 'range';
      readonly from: number;
      readonly to: number;
      readonly count: number;
      readonly scale: 'linear' | 'log';
      readonly whole: boolean;
    };

/** A setting that is varied. */
export interface SweepAxis {
  /**
   * Its path in a run: `model.growthRate`, `recipe.learningRate`, `recipe.schedule`; or `model.depth`, which sets the layers of
   * equal blocks. A network that lacks the setting is trained without it.
   */
  readonly key: string;
  readonly values: AxisValues;
}

/** A network of a sweep. */
export interface SweepModel {
  readonly model: ModelSpec;
  /** Trained beside the others as it is: `model.` axes leave it alone, `recipe.` axes do not. */
  readonly fixed: boolean;
}

/** Which combinations are trained. */
export type SweepChoice =
  | { readonly kind: 'grid' }
  /** So many different combinations for each network, or all where there are not as many; the same ones for the same seed. */
  | { readonly kind: 'random'; readonly count: number; readonly seed: number };

/** Many runs in one. */
export interface SweepRequest {
  /** What all runs share; its network is the first one, and its seed counts where `seeds` is empty. */
  readonly base: RunRequest;
  /** Whether `model.` axes leave the network of `base` alone. */
  readonly fixed: boolean;
  /** Networks besides that of `base`. */
  readonly models: readonly SweepModel[];
  readonly axes: readonly SweepAxis[];
  readonly choose: SweepChoice;
  /** Each combination is trained once with each; those of `recipe.seed`. */
  readonly seeds: readonly number[];
}

/** Limits of one sweep. */
export const SWEEP_LIMITS = { runs: 1_000, axes: 12, values: 200, models: 20, seeds: 100 } as const;

/** A value that a run takes from an axis. */
export interface SweptValue {
  readonly key: string;
  readonly value: SweepValue;
}

/** One run of a sweep. */
export interface PlannedRun {
  /** As `runs/start` and the queue take it; named by its network, what is varied, and its seed where there are several. */
  readonly request: RunRequest;
  /** `DenseNet-BC (L=22, k=6)`. */
  readonly modelTitle: string;
  /** In the order of the axes; without those that its network lacks. */
  readonly values: readonly SweptValue[];
  readonly seed: number;
  readonly forecast: Forecast;
}

/** A combination that is not trained. */
export interface LeftOut {
  /** Of the network before any axis changed it. */
  readonly modelTitle: string;
  readonly values: readonly SweptValue[];
  /** One sentence: the depth that fits no blocks, the other combination that it equals. */
  readonly reason: string;
}

/** What a sweep comes to. */
export interface SweepPlan {
  /** Network by network, combination by combination; those that differ in their seed alone stand together. */
  readonly runs: readonly PlannedRun[];
  readonly leftOut: readonly LeftOut[];
  readonly totals: {
    readonly runs: number;
    /** Of all runs one after another; null when the time of one is not known. */
    readonly seconds: number | null;
    /** The most that one run needs, bytes, by estimate. */
    readonly memory: number;
    /** Runs that do not fit into the memory that is free. */
    readonly unfitting: number;
  };
}
