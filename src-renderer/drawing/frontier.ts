/** Error against a cost, on a logarithmic axis: runs of one's own and, where the cost is parameters, those of the paper. */

import { costOf } from '../../src-main/contract/comparison.ts';
import type { ComparedRun, Comparison, Cost, PublishedPoint } from '../../src-main/contract/comparison.ts';
import { extent, linearTicks, logTicks, roundRange } from './chartTicks.ts';

/** One run in the chart. */
export interface FrontierPoint {
  readonly run: ComparedRun;
  readonly cost: number;
  /** Percent of held-out images that are told wrong, at the best epoch. */
  readonly error: number;
}

/** Everything that the chart draws, in the units of its axes. */
export interface FrontierChart {
  readonly points: readonly FrontierPoint[];
  /** The line through the runs that no other beats. */
  readonly front: readonly FrontierPoint[];
  readonly published: readonly PublishedPoint[];
  readonly x: { readonly range: readonly [number, number]; readonly ticks: readonly number[] };
  readonly y: { readonly range: readonly [number, number]; readonly ticks: readonly number[] };
}

/** Lays the chart out; null while no run has both an error and a cost. */
export function frontierChart(
  { runs, frontier }: Comparison,
  cost: Cost,
  published: readonly PublishedPoint[],
): FrontierChart | null {
  const all = runs.map((run) => pointOf(run, cost));
  const points = all.filter((point) => point !== null);
  const shown = cost === 'parameters' ? published : [];
  const costs = extent([...points.map((point) => point.cost), ...shown.map(({ parameters }) => parameters)]);
  const errors = extent([...points.map((point) => point.error), ...shown.map(({ error }) => 100 * error)]);
  if (costs === null || errors === null || points.length === 0) return null;
  const xRange = [costs[0] / 1.5, costs[1] * 1.5] as const;
  const [low, high] = roundRange(errors[0], errors[1], 4);
  const yRange = [Math.max(0, low), Math.min(100, high)] as const;
  return {
    points,
    front: frontier[cost].flatMap((index) => all[index] ?? []),
    published: shown,
    x: { range: xRange, ticks: logTicks(...xRange) },
    y: { range: yRange, ticks: linearTicks(...yRange, 4) },
  };
}

function pointOf(run: ComparedRun, cost: Cost): FrontierPoint | null {
  const accuracy = run.metrics.heldOutAccuracy.best ?? run.metrics.testAccuracy.best;
  const value = costOf(run, cost);
  if (accuracy === null || value === null || value <= 0) return null;
  return { run, cost: value, error: 100 * (1 - accuracy) };
}
