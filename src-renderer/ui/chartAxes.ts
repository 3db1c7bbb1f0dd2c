/** Ranges, ticks and labels of the axes of curves. */

import type { CurveAxis, Line } from '../drawing/chartRun.ts';
import { extent, linearTicks, logTicks, roundRange } from '../drawing/chartTicks.ts';
import type { ChartAxes } from './chartPlot.ts';
import { formatDurationShort, formatNumber, formatSetting } from './format.ts';

/** A position as its axis writes it. */
export function formatPosition(axis: CurveAxis, value: number): string {
  if (axis === 'time') return value === 0 ? '0' : formatDurationShort(value).replace('.0 s', ' s');
  return formatNumber(value);
}

/** Vertical axis in percent, around the values. */
export function percentAxis(lines: readonly Line[]): ChartAxes['y'] {
  const found = extent(lines.flatMap((line) => line.y));
  const [low, high] = found === null ? [0, 100] : roundRange(found[0], found[1], 4);
  const range = [Math.max(0, low), Math.min(100, high)] as const;
  return { range, ticks: linearTicks(range[0], range[1], 5), log: false };
}

/** Vertical axis of a loss. The raw line may leave it above and below; the smooth ones never do. */
export function lossAxis(smooth: readonly Line[], log: boolean): ChartAxes['y'] {
  const found = extent(
    smooth.flatMap((line) => line.y).map((value) => (log && value !== null && value <= 0 ? null : value)),
  );
  if (found === null) return { range: log ? [0.1, 3] : [0, 3], ticks: log ? [0.1, 0.3, 1, 3] : [0, 1, 2, 3], log };
  if (!log) {
    const [, high] = roundRange(0, found[1], 4);
    return { range: [0, high], ticks: linearTicks(0, high, 4), log };
  }
  const low = found[0] * 0.7;
  const high = found[1] * 1.4;
  return { range: [low, high], ticks: logTicks(low, high), log };
}

/** Labels of the vertical axes. */
export function formatTick(value: number): string {
  return formatSetting(value);
}
