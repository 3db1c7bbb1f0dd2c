/** uPlot set up as the house chart: labels without a line at the left, a ruled axis below, hairlines at majors. */

import uPlot from 'uplot';
import { minorTicks } from '../drawing/chartTicks.ts';

/** How a line is drawn: `raw` is the thin one behind its smooth one. */
export type LineStyle = 'solid' | 'dashed' | 'raw';

/** One line of a chart. */
export interface ChartLine {
  readonly x: readonly number[];
  /** null is a gap. */
  readonly y: readonly (number | null)[];
  readonly style: LineStyle;
  /** Colour of a run, 1 to 10; that of the chart when absent. */
  readonly run?: number;
}

/** How a line looks, whatever its points are. */
export type LineLook = Pick<ChartLine, 'style' | 'run'>;

/** Axes of a chart. */
export interface ChartAxes {
  readonly x: { readonly range: readonly [number, number]; readonly ticks: readonly number[]; readonly whole: boolean };
  readonly y: { readonly range: readonly [number, number]; readonly ticks: readonly number[]; readonly log: boolean };
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** Dashed verticals. */
  readonly marks: readonly number[];
}

/** Space around the plot in pixels. */
export const CHART_PADDING = { left: 34, right: 14, top: 10, bottom: 24 } as const;

const RAW_ALPHA = 0.28;

/** Joins lines of different x into what uPlot takes: one x, and one y for each line. */
export function alignLines(lines: readonly ChartLine[]): uPlot.AlignedData {
  const tables = lines.filter((line) => line.x.length > 0).map((line): uPlot.AlignedData => [[...line.x], [...line.y]]);
  if (tables.length === 0) return [[], ...lines.map(() => [])];
  const joined = uPlot.join(tables);
  let column = 0;
  const columns = lines.map((line) => (line.x.length === 0 ? [] : (joined[(column += 1)] ?? [])));
  return [joined[0], ...columns];
}

/** Makes the plot inside `host`. `axes` is read again at each draw, so it may change between draws. */
export function createPlot(
  host: HTMLElement,
  size: { readonly width: number; readonly height: number },
  styles: readonly LineLook[],
  axes: () => ChartAxes,
): uPlot {
  const token = (name: string): string => getComputedStyle(host).getPropertyValue(name).trim();
  const colour = (): string => token('--c') || token('--d1');
  const font = `11px ${token('--font')}`;
  const options: uPlot.Options = {
    ...size,
    padding: [CHART_PADDING.top, CHART_PADDING.right, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [...axes().x.range] },
      y: { range: () => [...axes().y.range], distr: axes().y.log ? 3 : 1, log: 10 },
    },
    series: [
      {},
      ...styles.map(({ style, run }) =>
        seriesOf(style, run === undefined ? colour : () => token(`--run-${String(run)}`)),
      ),
    ],
    axes: [
      {
        scale: 'x',
        size: CHART_PADDING.bottom,
        font,
        gap: 6,
        stroke: () => token('--ink-3'),
        grid: { stroke: () => token('--grid'), width: 1 },
        ticks: { stroke: () => token('--line-strong'), width: 1, size: 6 },
        border: { show: true, stroke: () => token('--line-strong'), width: 1 },
        splits: () => [...axes().x.ticks],
        values: (_plot, splits) => splits.map(axes().formatX),
      },
      {
        scale: 'y',
        size: CHART_PADDING.left,
        font,
        gap: 7,
        stroke: () => token('--ink-3'),
        grid: { stroke: () => token('--grid'), width: 1 },
        ticks: { show: false, size: 0 },
        splits: () => [...axes().y.ticks],
        filter: (_plot, splits) => splits,
        values: (_plot, splits) => splits.map(axes().formatY),
      },
    ],
    hooks: { drawAxes: [(plot) => drawRuling(plot, axes(), token)] },
  };
  return new uPlot(options, [[], ...styles.map(() => [])], host);
}

function seriesOf(style: LineStyle, colour: () => string): uPlot.Series {
  return {
    stroke: colour,
    width: style === 'raw' ? 1 : 1.6,
    alpha: style === 'raw' ? RAW_ALPHA : 1,
    ...(style === 'dashed' ? { dash: [5, 3] } : {}),
    spanGaps: false,
    points: { show: (plot, index) => loneValue(plot, index), size: 4, fill: colour, width: 0 },
  };
}

/** A series of one value draws no line, so it gets its point. */
function loneValue(plot: uPlot, index: number): boolean {
  let count = 0;
  for (const value of plot.data[index] ?? []) if (typeof value === 'number' && (count += 1) > 1) return false;
  return count === 1;
}

function drawRuling(plot: uPlot, axes: ChartAxes, token: (name: string) => string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const at = (value: number): number => Math.round(plot.valToPos(value, 'x', true)) + (ratio % 2 === 1 ? 0.5 : 0);
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.strokeStyle = token('--line-strong');
  ctx.beginPath();
  for (const tick of minorTicks(axes.x.ticks, axes.x.range[1], axes.x.whole)) {
    ctx.moveTo(at(tick), bbox.top + bbox.height);
    ctx.lineTo(at(tick), bbox.top + bbox.height + 3 * ratio);
  }
  ctx.stroke();
  ctx.setLineDash([2 * ratio, 2 * ratio]);
  ctx.beginPath();
  for (const mark of axes.marks) {
    ctx.moveTo(at(mark), bbox.top);
    ctx.lineTo(at(mark), bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.restore();
}
