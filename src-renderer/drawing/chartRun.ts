/** The curves of a run as lines in the units of a chart. */

import type { EpochMetrics } from '../../src-main/contract/run.ts';
import type { StepSeries } from './chartSeries.ts';

/** What the horizontal axis counts. */
export type CurveAxis = 'epoch' | 'step' | 'time';

/** Points of one line; null is a gap. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** From steps to positions on the axis. */
export interface StepScale {
  readonly axis: CurveAxis;
  readonly stepsPerEpoch: number;
  /** Finished epochs with their seconds; only `time` needs them. */
  readonly epochs: readonly EpochMetrics[];
  /** Seconds of one step in the epoch that goes on; null while unknown, and its steps are not placed then. */
  readonly secondsPerStep: number | null;
}

/**
 * Position of `step`: share of epochs, the step itself, or seconds of training and evaluation since the first step (spread
 * evenly over the steps of an epoch, whose seconds are what was measured). Null where it is unknown.
 */
export function positionOf(scale: StepScale, step: number): number | null {
  if (scale.axis === 'step') return step;
  if (scale.axis === 'epoch') return scale.stepsPerEpoch > 0 ? step / scale.stepsPerEpoch : null;
  let seconds = 0;
  let firstStep = 0;
  for (const epoch of scale.epochs) {
    if (step <= epoch.step) {
      return seconds + (epoch.trainSeconds * (step - firstStep)) / Math.max(1, epoch.step - firstStep);
    }
    seconds += epoch.trainSeconds + epoch.evaluationSeconds;
    firstStep = epoch.step;
  }
  return scale.secondsPerStep === null ? null : seconds + (step - firstStep) * scale.secondsPerStep;
}

/** A value of each finished epoch, at the end of its training (after its evaluation on the time axis). */
export function epochLine(scale: StepScale, value: (metrics: EpochMetrics) => number): Line {
  let seconds = 0;
  const x = scale.epochs.map((metrics) => {
    seconds += metrics.trainSeconds + metrics.evaluationSeconds;
    return scale.axis === 'time' ? seconds : scale.axis === 'step' ? metrics.step : metrics.epoch;
  });
  return { x, y: scale.epochs.map((metrics) => finite(value(metrics))) };
}

/** The raw line: lowest value of each group half-way to it, and highest at its end, so that no two points share an x. */
export function rawLine(scale: StepScale, series: StepSeries): Line {
  const x: number[] = [];
  const y: (number | null)[] = [];
  let before = 0;
  forEachPosition(scale, series, (position, index) => {
    const low = finite(series.low[index] ?? NaN);
    const high = finite(series.high[index] ?? NaN);
    if (high !== low) {
      x.push((before + position) / 2);
      y.push(low);
    }
    x.push(position);
    y.push(high);
    before = position;
  });
  return { x, y };
}

/** The smooth line. */
export function smoothLine(scale: StepScale, series: StepSeries): Line {
  const x: number[] = [];
  const y: (number | null)[] = [];
  forEachPosition(scale, series, (position, index) => {
    x.push(position);
    y.push(finite(series.smooth[index] ?? NaN));
  });
  return { x, y };
}

/** The decimal logarithm of the learning rate of each group of steps. */
export function rateLine(scale: StepScale, series: StepSeries): Line {
  const x: number[] = [];
  const y: (number | null)[] = [];
  forEachPosition(scale, series, (position, index) => {
    x.push(position);
    y.push(finite(Math.log10(series.learningRate[index] ?? NaN)));
  });
  return { x, y };
}

/** Any value of each of some steps. */
export function stepLine(scale: StepScale, step: readonly number[], values: readonly number[]): Line {
  const x: number[] = [];
  const y: (number | null)[] = [];
  forEachPosition(scale, { step }, (position, index) => {
    x.push(position);
    y.push(finite(values[index] ?? NaN));
  });
  return { x, y };
}

/** Index of the value of a sorted array that is nearest to `target`; -1 when it is empty. */
export function nearestIndex(sorted: readonly number[], target: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < target) low = middle + 1;
    else high = middle;
  }
  if (high < 0) return -1;
  const before = sorted[low - 1];
  const after = sorted[low] ?? Infinity;
  return before !== undefined && target - before <= after - target ? low - 1 : low;
}

/** Walks the groups in order; on the time axis it walks the epochs beside them, so it stays linear. */
function forEachPosition(
  scale: StepScale,
  series: { readonly step: readonly number[] },
  visit: (position: number, index: number) => void,
): void {
  let passed = 0;
  let seconds = 0;
  for (let index = 0; index < series.step.length; index += 1) {
    const step = series.step[index] ?? 0;
    if (scale.axis !== 'time') {
      const position = positionOf(scale, step);
      if (position !== null) visit(position, index);
      continue;
    }
    let epoch = scale.epochs[passed];
    while (epoch !== undefined && step > epoch.step) {
      seconds += epoch.trainSeconds + epoch.evaluationSeconds;
      passed += 1;
      epoch = scale.epochs[passed];
    }
    const firstStep = scale.epochs[passed - 1]?.step ?? 0;
    const pace = epoch === undefined ? scale.secondsPerStep : epoch.trainSeconds / Math.max(1, epoch.step - firstStep);
    if (pace !== null) visit(seconds + (step - firstStep) * pace, index);
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
