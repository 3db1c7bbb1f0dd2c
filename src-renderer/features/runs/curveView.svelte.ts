import type { EpochMetrics, RunSummary } from '../../../src-main/contract/run.ts';
import { epochLine, nearestIndex, positionOf, rateLine, rawLine, smoothLine } from '../../drawing/chartRun.ts';
import type { CurveAxis, Line, StepScale } from '../../drawing/chartRun.ts';
import { StepSeries } from '../../drawing/chartSeries.ts';
import type { LiveCurves } from '../../state/curves.svelte.ts';
import type { LiveReading } from '../../state/runProgress.ts';

/** What the charts of a run draw, at one version of its curves. */
export interface CurveLines {
  readonly accuracy: Line;
  readonly heldOutLoss: Line;
  readonly rawLoss: Line;
  readonly smoothLoss: Line;
  /** Its decimal logarithm: it falls by factors. */
  readonly logLearningRate: Line;
  /** That of the newest step; null before the first. */
  readonly newestLearningRate: number | null;
  readonly imagesPerSecond: Line;
  /** Most memory of the worker in each epoch, in bytes. */
  readonly memory: Line;
  /** Positions at which the learning rate fell. */
  readonly drops: readonly { readonly x: number; readonly from: number; readonly to: number }[];
}

/** What stands at one place of the needle. */
export interface NeedlePoint {
  readonly step: number;
  readonly x: number;
  /** The epoch that ends there; null in the first epoch, which has none yet. */
  readonly epoch: EpochMetrics | null;
  readonly smoothLoss: number | null;
  readonly learningRate: number | null;
}

/** Follows growing curves: takes in only what is new, and keeps a drawing of bounded size. */
export class CurveView {
  readonly #curves: LiveCurves;
  #series: StepSeries;
  #taken = 0;
  #generation: number;

  constructor(curves: LiveCurves) {
    this.#curves = curves;
    this.#series = new StepSeries(1);
    this.#generation = -1;
  }

  /** Lines of the charts as of now. */
  lines(scale: StepScale): CurveLines {
    const series = this.#follow(scale.stepsPerEpoch);
    // The log of other software may tell of epochs alone.
    const byEpoch = series.step.length === 0;
    const trainLoss = epochLine(scale, (metrics) => metrics.train.loss);
    return {
      accuracy: epochLine(scale, (metrics) => metrics.heldOut.accuracy * 100),
      heldOutLoss: epochLine(scale, (metrics) => metrics.heldOut.loss),
      rawLoss: byEpoch ? trainLoss : rawLine(scale, series),
      smoothLoss: byEpoch ? trainLoss : smoothLine(scale, series),
      logLearningRate: byEpoch
        ? epochLine(scale, (metrics) => Math.log10(metrics.learningRate))
        : rateLine(scale, series),
      newestLearningRate: finite(this.#curves.learningRate.at(-1) ?? scale.epochs.at(-1)?.learningRate),
      imagesPerSecond: epochLine(scale, (metrics) => metrics.imagesPerSecond),
      memory: epochLine(scale, (metrics) => metrics.residentBytes ?? NaN),
      drops: series.drops.flatMap(({ step, from, to }) => {
        const x = positionOf(scale, step - 1);
        return x === null ? [] : [{ x, from, to }];
      }),
    };
  }

  /** Steps at which the needle can stand: the ends of epochs, or of groups of steps while no epoch has ended. */
  stops(): readonly number[] {
    const { epochs } = this.#curves;
    return epochs.length > 0 ? epochs.map((metrics) => metrics.step) : this.#series.step;
  }

  /** What stands at the stop nearest to `step`; null where nothing does. */
  at(scale: StepScale, step: number): NeedlePoint | null {
    const stops = this.stops();
    const index = nearestIndex(stops, step);
    const stop = stops[index];
    const epoch = scale.epochs[index] ?? null;
    if (stop === undefined) return null;
    const x = epoch === null ? positionOf(scale, stop) : epochLine(scale, () => 0).x[index];
    if (x === null || x === undefined) return null;
    const group = nearestIndex(this.#series.step, stop);
    const smooth = (group < 0 ? epoch?.train.loss : this.#series.smooth[group]) ?? NaN;
    return {
      step: stop,
      x,
      epoch,
      smoothLoss: Number.isFinite(smooth) ? smooth : null,
      learningRate: finite(epoch?.learningRate ?? this.#series.learningRate[group]),
    };
  }

  #follow(stepsPerEpoch: number): StepSeries {
    const { step, loss, learningRate, generation } = this.#curves;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#series = new StepSeries(Math.max(8, stepsPerEpoch / 5));
      this.#taken = 0;
    }
    for (; this.#taken < step.length; this.#taken += 1) {
      const index = this.#taken;
      this.#series.append(step[index] ?? NaN, loss[index] ?? NaN, learningRate[index] ?? NaN);
    }
    return this.#series;
  }
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** How steps of this run become positions on `axis`. */
export function scaleOf(run: RunSummary, reading: LiveReading, curves: LiveCurves, axis: CurveAxis): StepScale {
  return {
    axis,
    stepsPerEpoch: run.stepsPerEpoch,
    epochs: curves.epochs.slice(),
    secondsPerStep: pace(run, reading, curves),
  };
}

/** Seconds of one step after the last finished epoch: of that epoch, or as seen since the first step. */
function pace(run: RunSummary, reading: LiveReading, curves: LiveCurves): number | null {
  const last = curves.epochs[curves.epochs.length - 1];
  if (last !== undefined) {
    const before = curves.epochs[curves.epochs.length - 2]?.step ?? 0;
    return last.step > before ? last.trainSeconds / (last.step - before) : null;
  }
  const { since, at } = reading;
  if (since === null || at === null || run.stepsDone <= since.step) return null;
  return (at - since.at) / 1000 / (run.stepsDone - since.step);
}
