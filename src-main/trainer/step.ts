/** One optimisation step of a compiled network, its batch in parts where memory does not hold it whole. */

import { DenseLabError } from '../contract/errors.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import { createRandom } from '../datasets/random.ts';
import type { CompiledModel } from '../graph/node.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Tensor, int32Tensor, scalarValue, type HostTensor } from '../tensorflow/tensor.ts';
import { cutIntoBatches, type Batch } from './batches.ts';
import type { LoadedBatch } from './feeder.ts';

/** Keeps the stream of augmentation and dropout apart from the ones that other parts draw from the same seed. */
const STREAM = 0x6175676d;
/** Keeps the shares of mixup apart from what the graph draws from the same two words. */
const MIXUP_STREAM = 0x6d697875;
/** Sets the parts of one batch apart: each augments and drops out by a seed of its own. */
const PART_STRIDE = 0x9e3779b1;

/** What takes a step. */
export interface Stepping {
  readonly compiled: CompiledModel;
  readonly session: Session;
  /** By what recipe; without one the batch is computed at once, and nothing is mixed. */
  readonly job?: { readonly recipe: Pick<TrainingRecipe, 'accumulation' | 'augmentation' | 'batchSize'> };
}

/** What besides its batch decides a step. */
export interface StepSettings {
  readonly learningRate: number;
  /** Two words from which everything random in the graph follows. */
  readonly seed: readonly [number, number];
}

/** What one step gave. */
export interface StepOutcome {
  /** Mean loss of the batch in nats, label smoothing and class weights included. */
  readonly loss: number;
  /** Images of the batch whose own label is the most probable class. */
  readonly correct: number;
  /** L2 norm of the loss's gradient before clipping. */
  readonly gradientNorm: number;
  /** Why nothing was done, in a few words: loss or gradient is no number. Null when all is well; else the numbers are NaN. */
  readonly problem: string | null;
  /** Time in the session calls. */
  readonly sessionMilliseconds: number;
}

/** The first word of the seed of an epoch's steps; the second is the step itself. */
export function stepSeed(recipeSeed: number, epoch: number): number {
  return createRandom(STREAM, recipeSeed, epoch).bits() | 0;
}

/** What the parts of a batch are fed as, the learning rate left out. */
export function feedsOf(
  { compiled: { train }, job }: Pick<Stepping, 'compiled' | 'job'>,
  batch: LoadedBatch,
  settings: Pick<StepSettings, 'seed'>,
): Record<string, HostTensor>[] {
  const [first, second] = settings.seed;
  const mixup = job?.recipe.augmentation.mixup ?? null;
  const share = mixup === null ? 1 : mixupShare(mixup.alpha, settings.seed);
  return partsOf(batch, job?.recipe).map(({ images, labels }, part) => ({
    [train.feeds.images]: images,
    [train.feeds.labels]: labels,
    [train.feeds.seed]: int32Tensor([2], [first ^ Math.imul(part, PART_STRIDE), second]),
    ...(train.feeds.mixup === undefined ? {} : { [train.feeds.mixup]: float32Tensor([], [share]) }),
  }));
}

/** Takes a step. @throws DenseLabError as `Session.run`, but `training-diverged`, which is told */
export function runStep(stepping: Stepping, batch: LoadedBatch, settings: StepSettings): StepOutcome {
  const { compiled, session } = stepping;
  const { train, accumulate } = compiled;
  const feeds = feedsOf(stepping, batch, settings);
  const inputs = { ...feeds.pop(), [train.feeds.learningRate]: float32Tensor([], [settings.learningRate]) };
  const started = performance.now();
  try {
    if (accumulate !== null) for (const part of feeds) session.run(part, [accumulate.fetches.done]);
    const { loss, correct, gradientNorm } = train.fetches;
    const values = session.run(inputs, [loss, correct, gradientNorm]);
    const sessionMilliseconds = performance.now() - started;
    const [lossValue = NaN, correctValue = NaN, norm = NaN] = values.map((value) => scalarValue(value));
    return { loss: lossValue, correct: correctValue, gradientNorm: norm, problem: null, sessionMilliseconds };
  } catch (thrown) {
    if (!(thrown instanceof DenseLabError) || thrown.failure.code !== 'training-diverged') throw thrown;
    const sessionMilliseconds = performance.now() - started;
    return {
      loss: NaN,
      correct: NaN,
      gradientNorm: NaN,
      problem: thrown.failure.detail ?? thrown.message,
      sessionMilliseconds,
    };
  }
}

/**
 * The share of a blend that is the image's own, a function of the step's seed: the larger of x and 1 - x with x from
 * Beta(alpha, alpha), so that an image's own label stays the likelier one (Jöhnk 1964; Berthelot et al. 2019).
 */
export function mixupShare(alpha: number, seed: readonly [number, number]): number {
  const random = createRandom(MIXUP_STREAM, ...seed);
  for (;;) {
    const [x, y] = [random.uniform() ** (1 / alpha), random.uniform() ** (1 / alpha)];
    if (x + y > 1 || x + y === 0) continue;
    const share = x / (x + y);
    return Math.max(share, 1 - share);
  }
}

/** The parts of a batch as the recipe cuts it; a smaller batch has fewer, and a single image is no part of its own. */
function partsOf(batch: LoadedBatch, recipe: Pick<TrainingRecipe, 'accumulation' | 'batchSize'> | undefined) {
  if (recipe === undefined || recipe.accumulation === 1) return [batch];
  const [count = 0] = batch.labels.shape;
  return cutIntoBatches(count, Math.ceil(recipe.batchSize / recipe.accumulation)).map((part) => ({
    images: cut(batch.images, part),
    labels: cut(batch.labels, part),
  }));
}

/** Some items of a batch, without copying them. */
function cut(tensor: HostTensor, { offset, size }: Batch): HostTensor {
  const [count = 1, ...item] = tensor.shape;
  const each = tensor.data.length / count;
  const [from, to] = [offset * each, (offset + size) * each];
  const shape = [size, ...item];
  if (tensor.dataType === 'uint8') return { dataType: 'uint8', shape, data: tensor.data.subarray(from, to) };
  if (tensor.dataType === 'int32') return { dataType: 'int32', shape, data: tensor.data.subarray(from, to) };
  throw new Error(`a batch of ${tensor.dataType}`);
}
