/** One optimisation step of a compiled network. */

import { createRandom } from '../datasets/random.ts';
import type { CompiledModel } from '../graph/node.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Tensor, int32Tensor, scalarValue } from '../tensorflow/tensor.ts';
import type { LoadedBatch } from './feeder.ts';

/** Keeps the stream of augmentation and dropout apart from the ones that other parts draw from the same seed. */
const STREAM = 0x6175676d;

/** What besides its batch decides a step. */
export interface StepSettings {
  readonly learningRate: number;
  /** Two words from which everything random in the graph follows. */
  readonly seed: readonly [number, number];
}

/** What one step gave. */
export interface StepOutcome {
  /** Mean cross-entropy of the batch in nats. */
  readonly loss: number;
  /** Right answers of the batch. */
  readonly correct: number;
  /** Time in the session call. */
  readonly sessionMilliseconds: number;
}

/** The first word of the seed of an epoch's steps; the second is the step itself. */
export function stepSeed(recipeSeed: number, epoch: number): number {
  return createRandom(STREAM, recipeSeed, epoch).bits() | 0;
}

/** Takes a step. @throws DenseLabError as `Session.run` */
export function runStep(
  { compiled, session }: { readonly compiled: CompiledModel; readonly session: Session },
  { images, labels }: LoadedBatch,
  { learningRate, seed }: StepSettings,
): StepOutcome {
  const { feeds, fetches } = compiled.train;
  const inputs = {
    [feeds.images]: images,
    [feeds.labels]: labels,
    [feeds.learningRate]: float32Tensor([], [learningRate]),
    [feeds.seed]: int32Tensor([2], [...seed]),
  };
  const started = performance.now();
  const [loss, correct] = session.run(inputs, [fetches.loss, fetches.correct]);
  const sessionMilliseconds = performance.now() - started;
  return { loss: scalarValue(loss), correct: scalarValue(correct), sessionMilliseconds };
}
