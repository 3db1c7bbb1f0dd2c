import type { EpochMetrics, RunSummary } from '../../../src-main/contract/run.ts';
import { epochLine, nearestIndex, positionOf, rateLine, rawLine, smoothLine } from '../../drawing/chartRun.ts';
import type { CurveAxis, Line, StepScale } from '../../drawing/chartRun.ts';
import type { StepSeries } from '../../drawing/chartSeries.ts';
import type { Range } from '../../drawing/zoom.ts';
import type { LiveCurves } from '../../state/curves.svelte.ts';
import type { LiveReading } from '../../state/runProgress.ts';
import { FollowedSteps, stepsWithin } from './followedSteps.ts';

/** What grows with every step. */
export interface StepLines {
  readonly rawLoss: Line;
  readonly smoothLoss: Line;
  /** Positions at which the learning rate fell; the same array while they do not change. */
  readonly drops: readonly RateFall[];
}

/** A fall of the learning rate at a place of the axis. */
export interface RateFall {
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

/** What grows with every epoch. */
export interface EpochLines {
  readonly accuracy: Line;
  readonly heldOutLoss: Line;
  readonly imagesPerSecond: Line;
  /** Most memory of the worker in each epoch, in bytes. */
  readonly memory: Line;
}

/** Lines of what is told once per epoch. */
export function epochLines(scale: StepScale): EpochLines {
  return {
    accuracy: epochLine(scale, (metrics) => metrics.heldOut.accuracy * 100),
    heldOutLoss: epochLine(scale, (metrics) => metrics.heldOut.loss),
    imagesPerSecond: epochLine(scale, (metrics) => metrics.imagesPerSecond),
    memory: epochLine(scale, (metrics) => metrics.residentBytes ?? NaN),
  };
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

/** Follows growing curves: takes in only what is new, and keeps a drawing of bounded size, of a part of the axis its own. */
export class CurveView {
  readonly #curves: LiveCurves;
  #whole: FollowedSteps;
  /** What is shown of a part of the axis. */
  #part: { readonly key: string; readonly steps: FollowedSteps } | null = null;
  #generation = -1;
  #drops: readonly RateFall[] = [];

  constructor(curves: LiveCurves) {
    this.#curves = curves;
    this.#whole = new FollowedSteps(curves, 1);
  }

  /** Lines of the loss as of now. @param zoom the part of the axis that is shown; null for all of it */
  stepLines(scale: StepScale, zoom: Range | null): StepLines {
    const whole = this.#follow(scale.stepsPerEpoch);
    // The log of other software may tell of epochs alone.
    const byEpoch = whole.step.length === 0;
    const series = zoom === null ? whole : this.#within(scale, zoom);
    const trainLoss = byEpoch ? epochLine(scale, (metrics) => metrics.train.loss) : null;
    return {
      rawLoss: trainLoss ?? rawLine(scale, series),
      smoothLoss: trainLoss ?? smoothLine(scale, series),
      drops: this.#dropsOf(scale, whole),
    };
  }

  /** Decimal logarithm of the learning rate, since it falls by factors, and that of the newest step; null before the first. */
  learningRate(scale: StepScale): { readonly line: Line; readonly newest: number | null } {
    const whole = this.#follow(scale.stepsPerEpoch);
    return {
      line:
        whole.step.length === 0
          ? epochLine(scale, (metrics) => Math.log10(metrics.learningRate))
          : rateLine(scale, whole),
      newest: finite(this.#curves.learningRate.at(-1) ?? scale.epochs.at(-1)?.learningRate),
    };
  }

  /** Steps at which the needle can stand: the ends of epochs, or of groups of steps where fewer than two epochs are shown. */
  stops(scale: StepScale, zoom: Range | null): readonly number[] {
    const ends = epochLine(scale, ({ step }) => step);
    const shown = ends.y.flatMap((step, index) => {
      const x = ends.x[index] ?? NaN;
      return step !== null && (zoom === null || (x >= zoom[0] && x <= zoom[1])) ? [step] : [];
    });
    const series = zoom === null ? this.#follow(scale.stepsPerEpoch) : this.#within(scale, zoom);
    const fewest = zoom === null ? 1 : 2;
    return shown.length >= fewest || series.step.length === 0 ? shown : series.step;
  }

  /** What stands at the stop nearest to `step`; null where nothing does. */
  at(scale: StepScale, zoom: Range | null, step: number): NeedlePoint | null {
    const stops = this.stops(scale, zoom);
    const stop = stops[nearestIndex(stops, step)];
    if (stop === undefined) return null;
    const index = scale.epochs.findIndex((metrics) => metrics.step === stop);
    const epoch = scale.epochs[index] ?? null;
    const x = epoch === null ? positionOf(scale, stop) : epochLine(scale, () => 0).x[index];
    if (x === null || x === undefined) return null;
    const series = zoom === null ? this.#follow(scale.stepsPerEpoch) : this.#within(scale, zoom);
    const group = nearestIndex(series.step, stop);
    const smooth = (group < 0 ? epoch?.train.loss : series.smooth[group]) ?? NaN;
    return {
      step: stop,
      x,
      epoch,
      smoothLoss: Number.isFinite(smooth) ? smooth : null,
      learningRate: finite(epoch?.learningRate ?? series.learningRate[group]),
    };
  }

  #follow(stepsPerEpoch: number): StepSeries {
    const { generation } = this.#curves;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#whole = new FollowedSteps(this.#curves, smoothedOver(stepsPerEpoch));
      this.#part = null;
    }
    return this.#whole.follow();
  }

  /** The steps of a part of the axis, in more detail than the whole has. */
  #within(scale: StepScale, zoom: Range): StepSeries {
    this.#follow(scale.stepsPerEpoch);
    const key = `${scale.axis} ${zoom.join(' ')}`;
    if (this.#part?.key !== key) {
      const [first, end] = stepsWithin(scale, this.#curves.step, zoom);
      const steps = new FollowedSteps(this.#curves, smoothedOver(scale.stepsPerEpoch), first, end);
      this.#part = { key, steps };
    }
    return this.#part.steps.follow();
  }

  #dropsOf(scale: StepScale, { drops }: StepSeries): readonly RateFall[] {
    const found = drops.flatMap(({ step, from, to }) => {
      const x = positionOf(scale, step - 1);
      return x === null ? [] : [{ x, from, to }];
    });
    const same = found.length === this.#drops.length && found.every(({ x }, index) => x === this.#drops[index]?.x);
    if (!same) this.#drops = found;
    return this.#drops;
  }
}

/** Steps over which the smooth line of a run averages. */
function smoothedOver(stepsPerEpoch: number): number {
  return Math.max(8, stepsPerEpoch / 5);
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
