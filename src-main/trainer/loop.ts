/** The step loop: epochs of steps, an evaluation and a checkpoint after each, and the ways in which it ends. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { DenseLabError } from '../contract/errors.ts';
import type { TrainerEnding, TrainerEvent } from '../contract/events.ts';
import type { SplitMetrics } from '../contract/run.ts';
import { batchOrder } from '../datasets/order.ts';
import { createRandom } from '../datasets/random.ts';
import { float32Tensor, int32Tensor, scalarValue } from '../tensorflow/tensor.ts';
import { cutIntoBatches, largestBatch, type Batch } from './batches.ts';
import type { CheckpointDescription } from './checkpoint.ts';
import { evaluateSplit } from './evaluate.ts';
import { BatchFeeder, type LoadedBatch } from './feeder.ts';
import { CheckpointKeeper } from './keeper.ts';
import type { PreparedTraining } from './prepare.ts';
import { learningRateAt } from './schedule.ts';
import { firstNonFinite, readState } from './state.ts';
import { StepReporter } from './stepReporter.ts';

/** Keeps the augmentation's stream apart from the ones that other parts draw from the same seed. */
const AUGMENTATION_STREAM = 0x6175676d;

/** Sums over the batches of one epoch. */
interface EpochTotals {
  lossSum: number;
  correct: number;
  images: number;
  /** Milliseconds of training and images trained in them, without the run's first step, which compiles kernels. */
  milliseconds: number;
  timedImages: number;
}

/** Trains one prepared network from its first step to its last. */
export class TrainingLoop {
  readonly #training: PreparedTraining;
  readonly #emit: (event: TrainerEvent) => void;
  readonly #signal: AbortSignal;
  readonly #batches: readonly Batch[];
  readonly #feeder: BatchFeeder;
  readonly #reporter: StepReporter;
  readonly #keeper: CheckpointKeeper;
  #epoch = 1;
  #step = 0;

  /** @param signal aborted when training shall stop: between two steps or two batches of an evaluation */
  constructor(training: PreparedTraining, emit: (event: TrainerEvent) => void, signal: AbortSignal) {
    const { reader, subset, job } = training;
    this.#training = training;
    this.#emit = emit;
    this.#signal = signal;
    this.#batches = cutIntoBatches(subset.length, job.recipe.batchSize);
    this.#feeder = new BatchFeeder(reader, 'train', largestBatch(this.#batches));
    this.#reporter = new StepReporter(emit);
    this.#keeper = new CheckpointKeeper(job.runDirectory, emit);
  }

  /**
   * Trains to the end or until stopped, and returns the event that tells so.
   * @throws DenseLabError `training-diverged`, `disk-full`, `out-of-memory`; the last good checkpoint stays.
   */
  async run(): Promise<TrainerEnding> {
    try {
      let heldOut: SplitMetrics | undefined;
      for (this.#epoch = 1; this.#epoch <= this.#training.job.recipe.epochs; this.#epoch++) {
        heldOut = await this.#runEpoch();
      }
      return { event: 'finished', test: await this.#finalTest(heldOut) };
    } catch (error) {
      if (!this.#signal.aborted || error !== this.#signal.reason) throw error;
      return this.#stop();
    } finally {
      this.#reporter.flush();
    }
  }

  async #runEpoch(): Promise<SplitMetrics> {
    const { job, heldOutSplit } = this.#training;
    const epoch = this.#epoch;
    const totals = await this.#trainEpoch();
    this.#reporter.flush();
    this.#emit({ event: 'evaluating', epoch });
    const started = performance.now();
    const heldOut = await evaluateSplit(this.#training, heldOutSplit, this.#signal);
    this.#checkFinite(heldOut.loss, 'held-out loss');
    this.#emit({
      event: 'epoch',
      metrics: {
        epoch,
        step: this.#step,
        train: { loss: totals.lossSum / totals.images, accuracy: totals.correct / totals.images },
        heldOut,
        learningRate: learningRateAt(job.recipe, epoch),
        imagesPerSecond: totals.milliseconds > 0 ? (1000 * totals.timedImages) / totals.milliseconds : 0,
        trainSeconds: totals.milliseconds / 1000,
        evaluationSeconds: (performance.now() - started) / 1000,
      },
    });
    this.#save(true, heldOut);
    return heldOut;
  }

  async #trainEpoch(): Promise<EpochTotals> {
    const { recipe } = this.#training.job;
    const { subset } = this.#training;
    const order = batchOrder(recipe.seed, this.#epoch, subset.length);
    const learningRate = learningRateAt(recipe, this.#epoch);
    const seed = createRandom(AUGMENTATION_STREAM, recipe.seed, this.#epoch).bits() | 0;
    const totals: EpochTotals = { lossSum: 0, correct: 0, images: 0, milliseconds: 0, timedImages: 0 };
    this.#reporter.resume();
    for (const batch of this.#batches) {
      const started = performance.now();
      const loaded = this.#feeder.load(batch, (index) => subset[order[index] ?? 0] ?? 0);
      const { loss, correct } = this.#runStep(loaded, learningRate, seed);
      totals.lossSum += loss * batch.size;
      totals.correct += correct;
      totals.images += batch.size;
      await this.#told(loss, learningRate, batch.size);
      if (this.#step === 1 && this.#batches.length > 1) continue;
      totals.milliseconds += performance.now() - started;
      totals.timedImages += batch.size;
    }
    return totals;
  }

  #runStep({ images, labels }: LoadedBatch, learningRate: number, seed: number): { loss: number; correct: number } {
    const { session, compiled } = this.#training;
    const { feeds, fetches } = compiled.train;
    if (this.#step === 0) this.#emit({ event: 'preparing', phase: 'first-step' });
    this.#step++;
    const outputs = session.run(
      {
        [feeds.images]: images,
        [feeds.labels]: labels,
        [feeds.learningRate]: float32Tensor([], [learningRate]),
        [feeds.seed]: int32Tensor([2], [seed, this.#step]),
      },
      [fetches.loss, fetches.correct],
    );
    const loss = scalarValue(outputs[0]);
    this.#checkFinite(loss, 'loss');
    return { loss, correct: scalarValue(outputs[1]) };
  }

  /** Reports the step and lets messages in: a stop takes effect here. */
  async #told(loss: number, learningRate: number, images: number): Promise<void> {
    if (this.#step === 1) {
      this.#emit({ event: 'started', environment: this.#training.environment, stepsPerEpoch: this.#batches.length });
      this.#reporter.resume();
    }
    this.#reporter.record({ step: this.#step, epoch: this.#epoch, loss, learningRate }, images);
    await nextTurn();
    this.#signal.throwIfAborted();
  }

  /** The whole test split; what was measured already is not measured twice, since evaluation is deterministic. */
  async #finalTest(heldOut: SplitMetrics | undefined): Promise<SplitMetrics> {
    const { reader, heldOutSplit } = this.#training;
    const testable = reader.detail.splits.test.images > 0;
    if (heldOut !== undefined && (heldOutSplit === 'test' || !testable)) return heldOut;
    return evaluateSplit(this.#training, testable ? 'test' : heldOutSplit, this.#signal);
  }

  #stop(): TrainerEnding {
    this.#reporter.flush();
    if (this.#step > this.#keeper.lastStep) this.#save(false, null);
    const epoch = Math.min(this.#epoch, this.#training.job.recipe.epochs);
    return { event: 'stopped', epoch, step: this.#step };
  }

  #save(epochFinished: boolean, heldOut: SplitMetrics | null): void {
    const tensors = readState(this.#training);
    const broken = firstNonFinite(tensors);
    if (broken !== undefined) throw this.#diverged(`the weights left the range of numbers`, broken);
    const description: CheckpointDescription = {
      ...this.#training.description,
      epoch: this.#epoch,
      step: this.#step,
      epochFinished,
      heldOut,
      createdAt: new Date().toISOString(),
    };
    this.#keeper.save({ description, tensors });
  }

  #checkFinite(loss: number, what: string): void {
    if (Number.isFinite(loss)) return;
    throw this.#diverged(`the ${what} became ${String(loss)}`, firstNonFinite(readState(this.#training)));
  }

  #diverged(what: string, tensor: string | undefined): DenseLabError {
    const { learningRate } = this.#training.job.recipe;
    return new DenseLabError(
      'training-diverged',
      `Training diverged in epoch ${String(this.#epoch)} at step ${String(this.#step)}: ${what}.`,
      `Train with a learning rate lower than ${String(learningRate)}; the last good checkpoint is kept.`,
      tensor === undefined ? 'All weights are finite.' : `The first tensor that is not finite is ${tensor}.`,
    );
  }
}
