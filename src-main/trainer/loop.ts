/** The step loop: epochs of steps, an evaluation and a checkpoint after each, and the ways in which it ends. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { TrainerEnding, TrainerEvent } from '../contract/events.ts';
import type { LayerFlow } from '../contract/study.ts';
import type { SplitMetrics, StepMetric } from '../contract/run.ts';
import { batchOrder } from '../datasets/order.ts';
import type { HostTensor } from '../tensorflow/tensor.ts';
import { cutIntoBatches, largestBatch, type Batch } from './batches.ts';
import type { CheckpointDescription } from './description.ts';
import { firstBrokenInStep, firstBrokenLayer } from './divergence.ts';
import { bestEpoch, hasStalled } from './earlyStopping.ts';
import { evaluateSplit } from './evaluate.ts';
import { BatchFeeder, type LoadedBatch } from './feeder.ts';
import { watchedBatch, watchStep } from './flow.ts';
import { CheckpointKeeper } from './keeper.ts';
import type { PreparedTraining } from './prepare.ts';
import { learningRateAt } from './schedule.ts';
import { firstNonFinite, readState, writeState } from './state.ts';
import { SavingClock } from './savingClock.ts';
import { feedsOf, runStep, stepSeed, type StepOutcome, type StepSettings } from './step.ts';
import { StepReporter } from './stepReporter.ts';
import { watchSuspension } from './suspension.ts';
import { addTotals, NO_TOTALS, type EpochTotals } from './totals.ts';

/** Trains one prepared network from where it stands to its last step. */
export class TrainingLoop {
  readonly #training: PreparedTraining;
  readonly #emit: (event: TrainerEvent) => void;
  readonly #signal: AbortSignal;
  readonly #batches: readonly Batch[];
  readonly #feeder: BatchFeeder;
  readonly #reporter: StepReporter;
  readonly #keeper: CheckpointKeeper;
  readonly #clock: SavingClock;
  /** Held-out metrics of the finished epochs. */
  readonly #history: SplitMetrics[];
  #totals: EpochTotals;
  /** How a step of this epoch moved each layer; null before it. */
  #flow: readonly LayerFlow[] | null = null;
  #epoch: number;
  #step: number;
  /** Whether this process has done a step: the first one compiles kernels, and is not timed. */
  #warm = false;

  /** @param signal aborted when training shall stop: between two steps or two batches of an evaluation */
  constructor(training: PreparedTraining, emit: (event: TrainerEvent) => void, signal: AbortSignal) {
    const { reader, subset, job, start } = training;
    this.#training = training;
    this.#emit = emit;
    this.#signal = signal;
    this.#batches = cutIntoBatches(subset.length, job.recipe.batchSize);
    this.#feeder = new BatchFeeder(reader, 'train', largestBatch(this.#batches));
    this.#reporter = new StepReporter(emit);
    this.#keeper = new CheckpointKeeper(job.runDirectory, emit, {
      kept: job.resume?.kept ?? [],
      lastStep: start.step,
    });
    this.#clock = new SavingClock(job.saving, start.step);
    this.#history = [...start.history];
    this.#totals = start.totals;
    this.#epoch = start.epoch;
    this.#step = start.step;
  }

  /**
   * Trains to the end or until stopped, and returns the event that tells so.
   * A drive that is gone ends it as paused.
   * @throws DenseLabError `training-diverged`, `disk-full`, `out-of-memory`; the last good checkpoint stays.
   */
  async run(): Promise<TrainerEnding> {
    try {
      if (this.#training.job.resume !== null) this.#resume();
      for (; this.#goesOn(); this.#epoch++) await this.#runEpoch();
      return await this.#finish();
    } catch (error) {
      if (this.#signal.aborted && error === this.#signal.reason) return this.#stop();
      return this.#pauseFor(error);
    } finally {
      this.#reporter.flush();
    }
  }

  #goesOn(): boolean {
    const { epochs, earlyStopping } = this.#training.job.recipe;
    return this.#epoch <= epochs && !hasStalled(this.#history, earlyStopping);
  }

  #resume(): void {
    this.#emit({ event: 'resumed', step: this.#step, epochsFinished: this.#history.length });
    this.#keeper.tidy();
  }

  async #runEpoch(): Promise<void> {
    const { heldOutSplit } = this.#training;
    const epoch = this.#epoch;
    await this.#trainEpoch();
    this.#reporter.flush();
    this.#emit({ event: 'evaluating', epoch });
    const started = performance.now();
    const heldOut = await evaluateSplit(this.#training, heldOutSplit, this.#signal);
    if (!Number.isFinite(heldOut.loss)) throw this.#brokenEvaluation(heldOut.loss);
    const flow = this.#flow === null ? {} : { flow: this.#flow };
    this.#emit({ event: 'epoch', ...this.#measured(heldOut, performance.now() - started), ...flow });
    this.#history.push(heldOut);
    this.#totals = NO_TOTALS;
    this.#flow = null;
    this.#save(true, heldOut);
  }

  #measured(heldOut: SplitMetrics, evaluationMilliseconds: number) {
    const { lossSum, correct, images, milliseconds, timedImages, sessionMilliseconds } = this.#totals;
    return {
      metrics: {
        epoch: this.#epoch,
        step: this.#step,
        train: { loss: lossSum / images, accuracy: correct / images },
        heldOut,
        learningRate: this.#rateAfter(this.#step - 1),
        imagesPerSecond: milliseconds > 0 ? (1000 * timedImages) / milliseconds : 0,
        trainSeconds: milliseconds / 1000,
        evaluationSeconds: evaluationMilliseconds / 1000,
        residentBytes: this.#reporter.takeResidentPeak(),
      },
      outsideSeconds: (milliseconds - sessionMilliseconds) / 1000,
    };
  }

  /** Trains what is left of the epoch: all of it, but in one that goes on in its middle. */
  async #trainEpoch(): Promise<void> {
    const { recipe } = this.#training.job;
    const { subset } = this.#training;
    const order = batchOrder(recipe.seed, this.#epoch, subset.length);
    const seed = stepSeed(recipe.seed, this.#epoch);
    const watched = this.#batches[watchedBatch(this.#batches, recipe.batchSize)];
    this.#reporter.resume();
    for (const batch of this.#batches.slice(this.#step - (this.#epoch - 1) * this.#batches.length)) {
      const started = performance.now();
      const stoodStill = watchSuspension();
      const learningRate = this.#rateAfter(this.#step);
      const loaded = this.#feeder.load(batch, (index) => subset[order[index] ?? 0] ?? 0);
      const first = !this.#warm && this.#batches.length > 1;
      const watching = batch === watched ? watchStep(this.#training) : null;
      const done = this.#runStep(loaded, learningRate, seed);
      if (watching !== null) this.#flow = watching.measure();
      await this.#told({ loss: done.loss, learningRate, gradientNorm: done.gradientNorm }, batch.size);
      const milliseconds = performance.now() - started;
      const suspended = stoodStill(milliseconds);
      if (suspended) this.#reporter.resume();
      const timed = !suspended && !first;
      this.#totals = addTotals(this.#totals, {
        lossSum: done.loss * batch.size,
        correct: done.correct,
        images: batch.size,
        milliseconds: timed ? milliseconds : 0,
        timedImages: timed ? batch.size : 0,
        sessionMilliseconds: timed ? done.sessionMilliseconds : 0,
      });
      // A stop and a checkpoint come after the sums: they hold every step that is done.
      this.#signal.throwIfAborted();
      if (this.#clock.isDue(this.#step)) this.#saveInside();
    }
  }

  /** Learning rate of the step that follows after `step` steps. */
  #rateAfter(step: number): number {
    const { recipe } = this.#training.job;
    return learningRateAt(recipe, { step, stepsPerEpoch: this.#batches.length, history: this.#history });
  }

  #saveInside(): void {
    this.#save(false, null);
    this.#reporter.resume();
  }

  #runStep(batch: LoadedBatch, learningRate: number, seed: number): StepOutcome {
    if (!this.#warm) this.#emit({ event: 'preparing', phase: 'first-step' });
    this.#step++;
    const settings = { learningRate, seed: [seed, this.#step] } as const;
    const outcome = runStep(this.#training, batch, settings);
    if (outcome.problem !== null) throw this.#brokenStep(outcome.problem, batch, settings);
    return outcome;
  }

  /** Reports the step and lets messages in. */
  async #told(measured: Omit<StepMetric, 'step' | 'epoch'>, images: number): Promise<void> {
    if (!this.#warm) {
      this.#warm = true;
      this.#emit({ event: 'started', environment: this.#training.environment, stepsPerEpoch: this.#batches.length });
      this.#reporter.resume();
    }
    this.#reporter.record({ step: this.#step, epoch: this.#epoch, ...measured }, images);
    await nextTurn();
  }

  /** Tests what training has led to: the weights of the best epoch where it looks out for the best, else the last ones. */
  async #finish(): Promise<TrainerEnding> {
    if (this.#training.job.recipe.earlyStopping === null) {
      return { event: 'finished', test: await this.#finalTest(this.#history.at(-1)) };
    }
    writeState(this.#training, this.#keeper.readBest(this.#training.compiled.variables));
    return { event: 'finished', test: await this.#finalTest(undefined), restoredEpoch: bestEpoch(this.#history) };
  }

  /** The whole test split; what was measured already on these weights is not measured twice: evaluation is deterministic. */
  async #finalTest(heldOut: SplitMetrics | undefined): Promise<SplitMetrics> {
    const { reader, heldOutSplit } = this.#training;
    const testable = reader.detail.splits.test.images > 0;
    if (heldOut !== undefined && (heldOutSplit === 'test' || !testable)) return heldOut;
    return evaluateSplit(this.#training, testable ? 'test' : heldOutSplit, this.#signal);
  }

  #stop(): Extract<TrainerEnding, { readonly event: 'stopped' }> {
    this.#reporter.flush();
    if (this.#step > this.#keeper.lastStep) this.#save(false, null);
    const epoch = Math.min(this.#epoch, this.#training.job.recipe.epochs);
    return { event: 'stopped', epoch, step: this.#step };
  }

  /** A drive that is gone may come back: what was trained since the last checkpoint is kept if the run's folder still takes it. */
  #pauseFor(error: unknown): TrainerEnding {
    const reason = toFailure(error);
    if (reason.code !== 'drive-gone') throw error;
    const told = { event: 'stopped', epoch: this.#epoch, step: this.#keeper.lastStep, paused: true, reason } as const;
    // An epoch that is measured already is trained again rather than kept as half of one.
    if (this.#history.length >= this.#epoch) return told;
    try {
      return { ...this.#stop(), paused: true, reason };
    } catch {
      return told;
    }
  }

  #save(epochFinished: boolean, heldOut: SplitMetrics | null): void {
    // What the checkpoint holds must be known to the owner before the checkpoint is.
    this.#reporter.flush();
    const tensors = readState(this.#training);
    const broken = firstNonFinite(tensors);
    if (broken !== undefined) throw this.#diverged(`${broken} left the range of numbers`);
    const description: CheckpointDescription = {
      ...this.#training.description,
      epoch: this.#epoch,
      step: this.#step,
      epochFinished,
      heldOut,
      history: this.#history,
      unfinished: epochFinished ? null : this.#totals,
      createdAt: new Date().toISOString(),
    };
    this.#keeper.save({ description, tensors });
    this.#clock.saved(this.#step);
  }

  #someImages(): HostTensor {
    const size = Math.min(this.#training.job.recipe.batchSize, this.#training.subset.length);
    return this.#feeder.load({ offset: 0, size }, (index) => this.#training.subset[index] ?? 0).images;
  }

  #brokenEvaluation(loss: number): DenseLabError {
    const layer = firstBrokenLayer(this.#training, this.#someImages());
    const where = layer === undefined ? '' : `; the first layer whose output is not finite is ${layer}`;
    return this.#diverged(`the held-out loss became ${String(loss)}${where}`);
  }

  /** The step has changed nothing: what broke in it is looked for by doing it again, layer by layer. */
  #brokenStep(problem: string, batch: LoadedBatch, settings: Pick<StepSettings, 'seed'>): DenseLabError {
    const network = this.#training.openInspection();
    try {
      writeState(network, readState(this.#training));
      const where = firstBrokenInStep(network, feedsOf({ ...this.#training, ...network }, batch, settings));
      return this.#diverged(where === undefined ? problem : `${problem}; ${where}`);
    } finally {
      network.session.close();
    }
  }

  #diverged(what: string): DenseLabError {
    const { learningRate } = this.#training.job.recipe;
    const tensor = firstNonFinite(readState(this.#training));
    return new DenseLabError(
      'training-diverged',
      `Training diverged in epoch ${String(this.#epoch)} at step ${String(this.#step)}: ${what}.`,
      `Train with a learning rate lower than ${String(learningRate)}; the last good checkpoint is kept.`,
      tensor === undefined ? 'All weights are finite.' : `The first tensor that is not finite is ${tensor}.`,
    );
  }
}
