/** The learning-rate finder: the rate rises exponentially from step to step, and the loss tells where training is fastest. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { DenseLabError } from '../contract/errors.ts';
import type { RatePoint, RateSearch } from '../contract/rates.ts';
import { batchOrder } from '../datasets/order.ts';
import { cutIntoBatches, largestBatch } from './batches.ts';
import { BatchFeeder, type LoadedBatch } from './feeder.ts';
import type { PreparedTraining } from './prepare.ts';
import { runStep, stepSeed } from './step.ts';

/** The rates between which is searched: below the first nothing learns, above the last nothing stays finite. */
const RATES = { first: 1e-5, last: 10 };
/** Weight that what was measured before keeps with each step. */
const FADE = 0.95;
/** A smoothed loss of so many times the lowest one ends the search: training has run away. */
const RUN_AWAY = 4;
/** A slope is measured over a tenfold rise of the rate. */
const SLOPE_SPAN = 10;
/** A fall of fewer standard errors of the smoothed loss may be chance. */
const CLEAR_FALL = 3;
/** Steps before the search may end, or the loss counts: the smoothed loss is still that of a few batches. */
const SETTLING = 10;

/**
 * Searches with the prepared state, which is trained on and not kept.
 * @param tell told each point
 * @throws DenseLabError `rate-not-found`; the signal's reason when aborted
 */
export async function searchRate(
  training: PreparedTraining,
  steps: number,
  tell: (point: RatePoint) => void,
  signal: AbortSignal,
): Promise<RateSearch> {
  const batches = batchesOf(training);
  const smoother = new Smoother();
  const points: RatePoint[] = [];
  let lowest = Infinity;
  for (let step = 0; step < steps; step++) {
    const rate = RATES.first * (RATES.last / RATES.first) ** (step / (steps - 1));
    const { loss } = runStep(training, batches(step), {
      learningRate: rate,
      seed: [stepSeed(training.job.recipe.seed, 1), step + 1],
    });
    if (!Number.isFinite(loss)) break;
    const point = { rate, loss, smoothed: smoother.add(loss) };
    points.push(point);
    tell(point);
    if (step >= SETTLING && point.smoothed > RUN_AWAY * lowest) break;
    lowest = Math.min(lowest, point.smoothed);
    await nextTurn();
    signal.throwIfAborted();
  }
  return { points, ...suggestRates(points) };
}

/** The batch of each step, epoch after epoch. */
function batchesOf({ job, subset, reader }: PreparedTraining): (step: number) => LoadedBatch {
  const cut = cutIntoBatches(subset.length, job.recipe.batchSize);
  const feeder = new BatchFeeder(reader, 'train', largestBatch(cut));
  let order = batchOrder(job.recipe.seed, 1, subset.length);
  return (step) => {
    const position = step % cut.length;
    const batch = cut[position] ?? { offset: 0, size: 0 };
    if (position === 0) order = batchOrder(job.recipe.seed, 1 + step / cut.length, subset.length);
    return feeder.load(batch, (index) => subset[order[index] ?? 0] ?? 0);
  };
}

/** A mean that forgets, corrected for having started at zero (as the moments of Adam, Kingma and Ba 2015). */
export class Smoother {
  #mean = 0;
  #weight = 1;

  /** The mean with one more value. */
  add(value: number): number {
    this.#mean = FADE * this.#mean + (1 - FADE) * value;
    this.#weight *= FADE;
    return this.#mean / (1 - this.#weight);
  }
}

/**
 * The rates that a search suggests.
 * @throws DenseLabError `rate-not-found` when the loss did not fall by more than its noise
 */
export function suggestRates(points: readonly RatePoint[]): Pick<RateSearch, 'steepest' | 'tenthOfLowest'> {
  const settled = points.slice(SETTLING);
  const bottom = settled.reduce<RatePoint | undefined>(
    (best, point) => (best === undefined || point.smoothed < best.smoothed ? point : best),
    undefined,
  );
  const falling = settled.filter(({ rate }) => rate <= (bottom?.rate ?? 0));
  const fall = Math.max(...falling.map(({ smoothed }) => smoothed)) - (bottom?.smoothed ?? 0);
  if (bottom === undefined || !(fall > CLEAR_FALL * noiseOf(settled))) {
    throw new DenseLabError(
      'rate-not-found',
      `In ${String(points.length)} steps the loss did not fall by more than its noise at any learning rate.`,
      'Search with more steps or with larger batches.',
    );
  }
  return { steepest: steepestRate(falling), tenthOfLowest: bottom.rate / 10 };
}

/** Standard error of the smoothed loss: the spread of the losses around it, over the values that it averages. */
function noiseOf(points: readonly RatePoint[]): number {
  const squares = points.map(({ loss, smoothed }) => (loss - smoothed) ** 2).sort((a, b) => a - b);
  // The median, since a loss that runs away is no noise; that of a squared normal deviate is 0.455.
  const variance = (squares[squares.length >> 1] ?? 0) / 0.455;
  return Math.sqrt((variance * (1 - FADE)) / (1 + FADE));
}

/** Where a line through the smoothed losses around a rate falls fastest over the logarithm of the rate. */
function steepestRate(points: readonly RatePoint[]): number {
  const half = Math.sqrt(SLOPE_SPAN);
  const slopes = points.map(({ rate }) => ({
    rate,
    slope: slopeOf(points.filter((other) => other.rate >= rate / half && other.rate <= rate * half)),
  }));
  return slopes.reduce((best, here) => (here.slope < best.slope ? here : best)).rate;
}

/** Least squares. */
function slopeOf(points: readonly RatePoint[]): number {
  const logs = points.map(({ rate }) => Math.log(rate));
  const centre = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const spread = logs.reduce((sum, log) => sum + (log - centre) ** 2, 0);
  const shared = points.reduce((sum, { smoothed }, index) => sum + ((logs[index] ?? 0) - centre) * smoothed, 0);
  return spread > 0 ? shared / spread : 0;
}
