/** Curves of several runs as lines of one chart. */

import type { ComparedRun, ComparisonView } from '../../src-main/contract/comparison.ts';
import type { EpochMetrics } from '../../src-main/contract/run.ts';
import { epochLine } from './chartRun.ts';
import { smoothed } from './smoothing.ts';

/** What the horizontal axis of a comparison counts. */
export const COMPARED_AXES = ['epoch', 'step', 'time', 'images'] as const;
/** One of them; `time` is seconds of training and evaluation, `images` those that were trained on. */
export type ComparedAxis = (typeof COMPARED_AXES)[number];

/** What each chart shows. */
export interface ComparedMetric {
  readonly title: string;
  readonly unit: '%' | 'nats';
  readonly better: 'more' | 'less';
  readonly value: (metrics: EpochMetrics) => number;
}

/** The charts of a comparison. */
export const COMPARED_METRICS: Readonly<Record<'accuracy' | 'loss' | 'trainAccuracy' | 'trainLoss', ComparedMetric>> = {
  accuracy: { title: 'Held-out accuracy', unit: '%', better: 'more', value: ({ heldOut }) => 100 * heldOut.accuracy },
  loss: { title: 'Held-out loss', unit: 'nats', better: 'less', value: ({ heldOut }) => heldOut.loss },
  trainAccuracy: { title: 'Training accuracy', unit: '%', better: 'more', value: ({ train }) => 100 * train.accuracy },
  trainLoss: { title: 'Training loss', unit: 'nats', better: 'less', value: ({ train }) => train.loss },
};

/** One run's line of one metric, at the ends of its epochs. */
export interface ComparedLine {
  /** Position in the comparison. */
  readonly index: number;
  readonly colour: number;
  readonly name: string;
  readonly x: readonly number[];
  readonly raw: readonly (number | null)[];
  readonly smooth: readonly (number | null)[];
  /** Position in `x` of the best value; -1 where there is none. */
  readonly best: number;
}

/** The lines of all runs. @param smoothing share of what came before, 0 to below 1 */
export function comparedLines(
  { comparison, curves }: ComparisonView,
  metric: ComparedMetric,
  axis: ComparedAxis,
  smoothing: number,
): readonly ComparedLine[] {
  return comparison.runs.map((run, index) => {
    const { x, y } = positioned(run, curves[index]?.epochs ?? [], metric, axis);
    return {
      index,
      colour: run.colour,
      name: run.name,
      x,
      raw: y,
      smooth: smoothed(y, smoothing),
      best: bestIndex(y, metric.better),
    };
  });
}

/** Mean over the seeds of each group, where every seed has that epoch; groups of one run as they are. */
export function meanLines(view: ComparisonView, lines: readonly ComparedLine[]): readonly ComparedLine[] {
  return view.comparison.groups.flatMap(({ runs }) => {
    const members = runs.flatMap((index) => lines.filter((line) => line.index === index));
    const [first] = members;
    if (first === undefined) return [];
    if (members.length === 1) return [first];
    const length = Math.min(...members.map((line) => line.x.length));
    const smooth = Array.from({ length }, (_, at) => mean(members.map((line) => line.smooth[at] ?? null)));
    const name = `${first.name}, mean of ${String(members.length)}`;
    return [{ ...first, name, x: first.x.slice(0, length), raw: [], smooth, best: -1 }];
  });
}

function positioned(
  run: ComparedRun,
  epochs: readonly EpochMetrics[],
  metric: ComparedMetric,
  axis: ComparedAxis,
): { readonly x: readonly number[]; readonly y: readonly (number | null)[] } {
  const scale = { axis: axis === 'images' ? ('step' as const) : axis, stepsPerEpoch: run.stepsPerEpoch, epochs };
  const { x, y } = epochLine({ ...scale, secondsPerStep: null }, metric.value);
  const placed = axis === 'images' ? x.map((step) => step * (run.batchSize ?? Number.NaN)) : x;
  // The log of other software may not tell the time, nor the images of a step.
  const known = placed.map((_, index) => index).filter((index) => Number.isFinite(placed[index]));
  return { x: known.map((index) => placed[index] ?? 0), y: known.map((index) => y[index] ?? null) };
}

function bestIndex(values: readonly (number | null)[], better: 'more' | 'less'): number {
  let best = -1;
  values.forEach((value, index) => {
    const leader = values[best] ?? null;
    if (value === null) return;
    if (leader === null || (better === 'more' ? value > leader : value < leader)) best = index;
  });
  return best;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
