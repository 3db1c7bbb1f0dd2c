import type { EpochMetrics, RunCurves, StepMetric } from '../../src-main/contract/run.ts';

/**
 * The curves of one run as they grow. The arrays are plain (a long run has hundreds of thousands of steps) and only ever
 * grow at their end; `version` changes when there is something new to draw, and `generation` when they were replaced.
 */
export class LiveCurves {
  /** Steps, 1-based and rising, with the loss and learning rate of each. */
  readonly step: number[] = [];
  readonly loss: number[] = [];
  readonly learningRate: number[] = [];
  /** Finished epochs, in order. */
  readonly epochs: EpochMetrics[] = [];
  version = $state(0);
  generation = $state(0);
  /** Changes with every finished epoch. */
  epochVersion = $state(0);

  /** Takes what the database has; steps that came live in the meantime are kept behind it. */
  load(curves: RunCurves): void {
    const live = this.step.map((step, index) => ({
      step,
      loss: this.loss[index] ?? NaN,
      learningRate: this.learningRate[index] ?? NaN,
    }));
    const liveEpochs = [...this.epochs];
    for (const array of [this.step, this.loss, this.learningRate, this.epochs]) array.length = 0;
    for (let index = 0; index < curves.steps.step.length; index += 1) {
      this.step.push(curves.steps.step[index] ?? NaN);
      this.loss.push(curves.steps.loss[index] ?? NaN);
      this.learningRate.push(curves.steps.learningRate[index] ?? NaN);
    }
    this.epochs.push(...curves.epochs);
    this.addSteps(live);
    for (const epoch of liveEpochs) this.addEpoch(epoch);
    this.#replaced();
  }

  /** Appends steps; those that are there already are passed over. Call `publish` to have them drawn. */
  addSteps(steps: readonly Pick<StepMetric, 'step' | 'loss' | 'learningRate'>[]): void {
    let last = this.step[this.step.length - 1] ?? 0;
    for (const { step, loss, learningRate } of steps) {
      if (step <= last) continue;
      this.step.push(step);
      this.loss.push(loss);
      this.learningRate.push(learningRate);
      last = step;
    }
  }

  /** Appends a finished epoch; one that is there already is passed over. */
  addEpoch(metrics: EpochMetrics): void {
    if (metrics.epoch <= (this.epochs[this.epochs.length - 1]?.epoch ?? 0)) return;
    this.epochs.push(metrics);
    this.epochVersion += 1;
  }

  /** Takes back what was drawn after a checkpoint: it comes again from there. */
  dropAfter(step: number, epoch: number): void {
    const steps = countUpTo(this.step, step);
    for (const array of [this.step, this.loss, this.learningRate]) array.length = steps;
    this.epochs.length = this.epochs.filter((metrics) => metrics.epoch <= epoch).length;
    this.#replaced();
  }

  #replaced(): void {
    this.generation += 1;
    this.epochVersion += 1;
    this.version += 1;
  }

  /** Has what was appended drawn. */
  publish(): void {
    this.version += 1;
  }
}

/** How many of rising values are at most `limit`. */
function countUpTo(rising: readonly number[], limit: number): number {
  const after = rising.findIndex((value) => value > limit);
  return after < 0 ? rising.length : after;
}
