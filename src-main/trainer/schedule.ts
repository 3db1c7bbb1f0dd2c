/** The learning rate of every step, as a pure function of the recipe and of how far training has come. */

import { assertNever } from '../contract/errors.ts';
import type { Schedule, TrainingRecipe } from '../contract/recipe.ts';
import type { SplitMetrics } from '../contract/run.ts';

/** The first rate of a warm-up, as a share of the rate that it leads to. */
const WARM_UP_START = 0.01;

/** How far training has come before a step. */
export interface Progress {
  /** Steps done in all. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Held-out metrics of the finished epochs, in order; `plateau` alone looks at them. */
  readonly history: readonly SplitMetrics[];
}

/** What of a recipe decides the rate. */
export type RateSettings = Pick<TrainingRecipe, 'epochs' | 'learningRate' | 'warmUpEpochs' | 'schedule'>;

/**
 * Learning rate of the step that comes next. It rises in a straight line over the warm-up; the schedule has the steps that are
 * left. Shapes are those of torch's LinearLR, CosineAnnealingLR, OneCycleLR and ReduceLROnPlateau, by step.
 */
export function learningRateAt(settings: RateSettings, progress: Progress): number {
  const { epochs, learningRate, warmUpEpochs, schedule } = settings;
  const warmUp = Math.round(warmUpEpochs * progress.stepsPerEpoch);
  if (progress.step < warmUp) {
    return learningRate * (WARM_UP_START + ((1 - WARM_UP_START) * progress.step) / warmUp);
  }
  const steps = epochs * progress.stepsPerEpoch - warmUp;
  return scheduledRate(schedule, settings, { ...progress, at: progress.step - warmUp, steps });
}

/** Where a schedule stands: `at` of its `steps`. */
interface Place extends Progress {
  readonly at: number;
  readonly steps: number;
}

function scheduledRate(schedule: Schedule, { epochs, learningRate }: RateSettings, place: Place): number {
  const { at, steps } = place;
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate / (1 / schedule.factor) ** milestonesPassed(schedule, epochs, place);
    case 'cosine':
      return between(learningRate, schedule.finalShare * learningRate, at / steps);
    case 'oneCycle':
      return oneCycle(schedule, at, steps, learningRate);
    case 'plateau':
      return onPlateau(schedule, place.history, learningRate);
    default:
      return assertNever(schedule);
  }
}

/**
 * A milestone `m` takes effect with the first epoch that starts after `m * epochs` epochs, so 300 epochs with 0.5 and 0.75 drop
 * the rate from epochs 151 and 226 on (Huang et al. 2017, section 4.2, as released). The rate is divided and not multiplied:
 * 0.1 becomes 0.01, and not the float beside it.
 */
function milestonesPassed(
  { milestones }: Extract<Schedule, { kind: 'step' }>,
  epochs: number,
  { step, stepsPerEpoch }: Progress,
): number {
  const finished = Math.floor(step / stepsPerEpoch);
  return milestones.filter((milestone) => finished >= milestone * epochs).length;
}

function oneCycle(
  { peakAt, startShare, finalShare }: Extract<Schedule, { kind: 'oneCycle' }>,
  at: number,
  steps: number,
  rate: number,
): number {
  const peak = peakAt * steps - 1;
  if (at < peak) return between(startShare * rate, rate, at / peak);
  // In the shortest trainings the first step is at the peak already.
  const [first, last] = [Math.max(0, peak), steps - 1];
  return between(rate, finalShare * rate, last > first ? (at - first) / (last - first) : 0);
}

/** The rate is lowered after more than `patience` epochs in a row whose loss was no more than `minimumChange` below the lowest. */
function onPlateau(
  { factor, patience, minimumChange, finalShare }: Extract<Schedule, { kind: 'plateau' }>,
  history: readonly SplitMetrics[],
  rate: number,
): number {
  let [current, lowest, waited] = [rate, Infinity, 0];
  for (const { loss } of history) {
    if (loss < lowest - minimumChange) [lowest, waited] = [loss, 0];
    else waited++;
    if (waited <= patience) continue;
    [current, waited] = [Math.max(current * factor, finalShare * rate), 0];
  }
  return current;
}

/** Half a cosine from `start` to `end`; `share` in [0, 1]. */
function between(start: number, end: number, share: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * share))) / 2;
}
