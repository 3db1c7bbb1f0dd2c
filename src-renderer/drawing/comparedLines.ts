/** Curves of several runs as lines of one chart. */

import type { ComparedRun, ComparisonView } from '../../src-main/contract/comparison.ts';
import type { RunCurves } from '../../src-main/contract/run.ts';
import type { ComparedAxis } from '../../src-main/contract/savedComparison.ts';
import { epochLine, nearestIndex, stepLine, type Line } from './chartRun.ts';
import type { ComparedMetric } from './comparedMetrics.ts';
import { smoothed } from './smoothing.ts';

/** One run's line of one metric. */
export interface ComparedLine {
  /** Position in the comparison. */
  readonly index: number;
  readonly colour: number;
  /** Which of the runs of its colour it is, from 0: after ten runs colours repeat, and the dash tells them apart. */
  readonly repeat: number;
  readonly name: string;
  readonly x: readonly number[];
  readonly raw: readonly (number | null)[];
  readonly smooth: readonly (number | null)[];
  /** Position in `x` of the best value; -1 where there is none. */
  readonly best: number;
}

/** Lowest and highest value of the seeds of one configuration. */
export interface ComparedBand {
  readonly colour: number;
  readonly x: readonly number[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** The lines of all runs. @param smoothing share of what came before, 0 to below 1 */
export function comparedLines(
  { comparison, curves }: ComparisonView,
  metric: ComparedMetric,
  axis: ComparedAxis,
  smoothing: number,
): readonly ComparedLine[] {
  return comparison.runs.map((run, index) => {
    const { x, y } = positioned(run, curves[index], metric, axis);
    const repeat = comparison.runs.slice(0, index).filter(({ colour }) => colour === run.colour).length;
    return {
      ...{ index, repeat, colour: run.colour, name: run.name, x, raw: y },
      smooth: smoothed(y, smoothing),
      best: metric.better === null ? -1 : bestIndex(y, metric.better),
    };
  });
}

/** Mean over the seeds of each group, where every seed has a value; groups of one run as they are. */
export function meanLines(view: ComparisonView, lines: readonly ComparedLine[]): readonly ComparedLine[] {
  return grouped(view, lines).map(({ first, members, x, at }) => {
    if (members.length === 1) return first;
    const name = `${first.name}, mean of ${String(members.length)}`;
    return { ...first, name, x, raw: [], smooth: at.map(mean), best: -1 };
  });
}

/** Between which values the seeds of each group of two or more lie. */
export function seedBands(view: ComparisonView, lines: readonly ComparedLine[]): readonly ComparedBand[] {
  return grouped(view, lines).flatMap(({ first, members, x, at }) =>
    members.length === 1 ? [] : [{ colour: first.colour, x, low: at.map(all(Math.min)), high: at.map(all(Math.max)) }],
  );
}

interface Grouped {
  readonly first: ComparedLine;
  readonly members: readonly ComparedLine[];
  /** Positions of the first, as far as the shortest goes. */
  readonly x: readonly number[];
  /** The smooth values of the members at each of them. */
  readonly at: readonly (readonly (number | null)[])[];
}

function grouped(view: ComparisonView, lines: readonly ComparedLine[]): readonly Grouped[] {
  return view.comparison.groups.flatMap(({ runs }) => {
    const members = runs.flatMap((index) => lines.filter((line) => line.index === index));
    const [first] = members;
    if (first === undefined) return [];
    const end = Math.min(...members.map((line) => line.x.at(-1) ?? -Infinity));
    const x = first.x.filter((position) => position <= end);
    return [{ first, members, x, at: x.map((position) => members.map((line) => valueAt(line, position))) }];
  });
}

/** Value of a line at a position: its own point, or between the two around it. */
function valueAt({ x, smooth }: ComparedLine, position: number): number | null {
  const near = nearestIndex(x, position);
  const [nearX, value] = [x[near], smooth[near] ?? null];
  if (nearX === undefined || nearX === position || value === null) return value;
  const next = nearX < position ? near + 1 : near - 1;
  const [nextX, other] = [x[next], smooth[next] ?? null];
  if (nextX === undefined || other === null) return null;
  return value + ((other - value) * (position - nearX)) / (nextX - nearX);
}

function positioned(run: ComparedRun, curves: RunCurves | undefined, metric: ComparedMetric, axis: ComparedAxis): Line {
  const epochs = curves?.epochs ?? [];
  const scale = {
    axis: axis === 'images' ? ('step' as const) : axis,
    stepsPerEpoch: run.stepsPerEpoch,
    epochs,
    secondsPerStep: null,
  };
  const { from } = metric;
  const { x, y } =
    from.kind === 'epochs'
      ? epochLine(scale, from.value)
      : stepLine(scale, curves?.steps.step ?? [], curves === undefined ? [] : from.values(curves.steps));
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

/** The least or the most of values, where there are all. */
function all(choose: (...values: readonly number[]) => number): (values: readonly (number | null)[]) => number | null {
  return (values) => {
    const known = values.filter((value) => value !== null);
    return known.length < values.length ? null : choose(...known);
  };
}
