/** Finding a learning rate: a short training in which it rises until the loss runs away (Smith 2017, "Cyclical learning rates"). */

import type { ModelSpec } from './model.ts';
import type { TrainingRecipe } from './recipe.ts';
import type { DeviceWish } from './run.ts';

/** What to find a learning rate for. */
export interface RateRequest {
  /** Name or id of the dataset. */
  readonly dataset: string;
  /** The latest when absent. */
  readonly datasetVersion?: number;
  readonly model: ModelSpec;
  /** Its own rate and schedule are not used. */
  readonly recipe: TrainingRecipe;
  /** Steps of the search at most, `LEAST_SEARCH` to `MOST_SEARCH`. */
  readonly steps: number;
  /** `auto` when absent. */
  readonly device?: DeviceWish;
}

/** Fewer steps tell nothing. */
export const LEAST_SEARCH = 20;
/** More are a training. */
export const MOST_SEARCH = 100_000;

/** One step of the search. */
export interface RatePoint {
  readonly rate: number;
  /** Of the step's batch, in nats. */
  readonly loss: number;
  /** Mean of the losses so far with weights that fade by 0.95 a step, corrected for its start. */
  readonly smoothed: number;
}

/** What a search has found. */
export interface RateSearch {
  readonly points: readonly RatePoint[];
  /** Where the smoothed loss falls fastest over the logarithm of the rate: the suggestion. */
  readonly steepest: number;
  /** A tenth of the rate with the lowest smoothed loss: a second opinion. */
  readonly tenthOfLowest: number;
}
