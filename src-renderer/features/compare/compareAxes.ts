import { extent, linearTicks, timeTicks, wholeTicks } from '../../drawing/chartTicks.ts';
import type { ComparedAxis, ComparedLine, ComparedMetric } from '../../drawing/comparedLines.ts';
import { formatPosition, formatTick, lossAxis, percentAxis } from '../../ui/chartAxes.ts';
import type { ChartAxes, ChartLine } from '../../ui/chartPlot.ts';
import { formatCount, formatLoss, formatNumber } from '../../ui/format.ts';

/** The axes of one chart of a comparison. */
export function comparedAxes(
  lines: readonly ComparedLine[],
  metric: ComparedMetric,
  axis: ComparedAxis,
  log: boolean,
): ChartAxes {
  const end = extent(lines.flatMap((line) => line.x))?.[1] ?? 1;
  const shown = lines.map(({ x, smooth, raw }) => ({ x, y: [...smooth, ...raw] }));
  return {
    x: { range: [0, end], ticks: horizontalTicks(end, axis), whole: axis !== 'time' },
    y: metric.unit === '%' ? percentAxis(shown) : lossAxis(shown, log),
    formatX: (value) => formatAlong(axis, value),
    formatY: formatTick,
    marks: [],
  };
}

/** A position as its axis writes it. */
export function formatAlong(axis: ComparedAxis, value: number): string {
  if (axis === 'images') return value === 0 ? '0' : formatCount(value);
  return formatPosition(axis, value);
}

/** A value of a metric, with its unit. */
export function formatMetric({ unit }: ComparedMetric, value: number): string {
  return unit === '%' ? `${formatNumber(value, 2)}%` : formatLoss(value);
}

/** Raw lines behind smooth ones, each in its run's colour. */
export function chartLines(lines: readonly ComparedLine[], smoothing: number): readonly ChartLine[] {
  const raw = lines.map(({ x, raw: y, colour }): ChartLine => ({ x, y, style: 'raw', run: colour }));
  const smooth = lines.map(({ x, smooth: y, colour }): ChartLine => ({ x, y, style: 'solid', run: colour }));
  return smoothing === 0 ? smooth : [...raw, ...smooth];
}

function horizontalTicks(end: number, axis: ComparedAxis): readonly number[] {
  if (axis === 'time') return timeTicks(0, end, 4);
  return axis === 'images' ? linearTicks(0, end, 4) : wholeTicks(0, end, 5);
}
