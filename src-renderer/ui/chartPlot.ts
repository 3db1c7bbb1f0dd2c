/** uPlot set up as the house chart: labels without a line at the left, a ruled axis below, hairlines at majors. */

import uPlot from 'uplot';
import { minorTicks } from '../drawing/chartTicks.ts';
import { CHART_PADDING } from './chartGeometry.ts';

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
  /** Which of the runs of one colour it is, from 0: each has a dash of its own. */
  readonly repeat?: number;
}

/** How a line looks, whatever its points are. */
export type LineLook = Pick<ChartLine, 'style' | 'run' | 'repeat'>;

/** How much a line stands out. */
export type Emphasis = 'plain' | 'strong' | 'faded';

/** A band behind the lines. */
export interface ChartBand {
  readonly x: readonly number[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  /** Colour of a run, 1 to 10. */
  readonly run: number;
}

/** Axes of a chart. */
export interface ChartAxes {
  readonly x: {
    readonly range: readonly [number, number];
    readonly ticks: readonly number[];
    readonly whole: boolean;
    readonly log?: boolean;
  };
  readonly y: { readonly range: readonly [number, number]; readonly ticks: readonly number[]; readonly log: boolean };
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** Dashed verticals. */
  readonly marks: readonly number[];
}

const RAW_ALPHA = 0.28;
const FADED_ALPHA = 0.14;
const BAND_ALPHA = 0.14;
/** Dashes of the runs of one colour, the first without. */
const DASHES: readonly (readonly number[])[] = [[], [5, 3], [1.5, 2.5], [8, 3, 1.5, 3], [3, 2]];

/** The dash of a line, in pixels; empty for none. */
export function dashOf({ style, repeat = 0 }: LineLook): readonly number[] {
  return (style === 'dashed' ? DASHES[1] : DASHES[repeat % DASHES.length]) ?? [];
}

/** Width and opacity of a line. */
export function strokeOf({ style }: LineLook, emphasis: Emphasis): { readonly width: number; readonly alpha: number } {
  const raw = style === 'raw';
  if (emphasis === 'faded') return { width: 1, alpha: raw ? FADED_ALPHA / 2 : FADED_ALPHA };
  return { width: raw ? 1 : emphasis === 'strong' ? 2.6 : 1.6, alpha: raw ? RAW_ALPHA : 1 };
}

/** Changes how much each line of a plot stands out; its points stay. */
export function emphasise(plot: uPlot, looks: readonly LineLook[], emphasis: readonly Emphasis[]): void {
  looks.forEach((look, index) => {
    const series = plot.series[index + 1];
    if (series !== undefined) Object.assign(series, strokeOf(look, emphasis[index] ?? 'plain'));
  });
  plot.redraw(false, false);
}

/**
 * Merges lines of different, rising x into what uPlot takes: one x, and one y for each line, undefined where it has no point.
 * One walk over all of them, since it is done for every frame of a run that trains (`uPlot.join` sorts a set of all x).
 */
export function alignLines(lines: readonly Pick<ChartLine, 'x' | 'y'>[]): uPlot.AlignedData {
  const positions: number[] = [];
  const columns: (number | null | undefined)[][] = lines.map(() => []);
  const reached = lines.map(() => 0);
  for (;;) {
    let next = Infinity;
    for (let index = 0; index < lines.length; index += 1) {
      const x = lines[index]?.x[reached[index] ?? 0];
      if (x !== undefined && x < next) next = x;
    }
    if (next === Infinity) return [positions, ...columns];
    positions.push(next);
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index];
      const at = reached[index] ?? 0;
      const here = line?.x[at] === next;
      columns[index]?.push(here ? line.y[at] : undefined);
      if (here) reached[index] = at + 1;
    }
  }
}

/** What is read again at each draw, so that it may change between draws. */
export interface PlotParts {
  readonly axes: () => ChartAxes;
  readonly bands: () => readonly ChartBand[];
  /** Pixels at the right of the plot. */
  readonly right: number;
}

/** Makes the plot inside `host`. */
export function createPlot(
  host: HTMLElement,
  size: { readonly width: number; readonly height: number },
  styles: readonly LineLook[],
  { axes, bands, right }: PlotParts,
): uPlot {
  const token = tokenReader(host);
  const colour = (): string => token('--c') || token('--d1');
  const font = `11px ${token('--font')}`;
  const options: uPlot.Options = {
    ...size,
    padding: [CHART_PADDING.top, right, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [...axes().x.range], distr: axes().x.log === true ? 3 : 1, log: 10 },
      y: { range: () => [...axes().y.range], distr: axes().y.log ? 3 : 1, log: 10 },
    },
    series: [
      {},
      ...styles.map((look) => {
        const { run } = look;
        return seriesOf(look, run === undefined ? colour : () => token(`--run-${String(run)}`));
      }),
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
        filter: (_plot, splits) => splits,
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
    hooks: {
      drawAxes: [(plot) => drawRuling(plot, axes(), token), (plot) => drawBands(plot, bands(), token)],
    },
  };
  return new uPlot(options, [[], ...styles.map(() => [])], host);
}

/** Tokens of the theme as they are now: another theme makes another plot. */
function tokenReader(host: HTMLElement): (name: string) => string {
  const styles = getComputedStyle(host);
  const read = new Map<string, string>();
  return (name) => {
    const known = read.get(name) ?? styles.getPropertyValue(name).trim();
    read.set(name, known);
    return known;
  };
}

function seriesOf(look: LineLook, colour: () => string): uPlot.Series {
  const dash = dashOf(look);
  return {
    stroke: colour,
    ...strokeOf(look, 'plain'),
    ...(dash.length > 0 && look.style !== 'raw' ? { dash: [...dash] } : {}),
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
  const minors = axes.x.log === true ? [] : minorTicks(axes.x.ticks, axes.x.range[1], axes.x.whole);
  for (const tick of minors) {
    ctx.moveTo(at(tick), bbox.top + bbox.height);
    ctx.lineTo(at(tick), bbox.top + bbox.height + 3 * ratio);
  }
  ctx.stroke();
  ctx.setLineDash([2 * ratio, 2 * ratio]);
  ctx.beginPath();
  for (const mark of axes.marks) {
    if (mark < axes.x.range[0] || mark > axes.x.range[1]) continue;
    ctx.moveTo(at(mark), bbox.top);
    ctx.lineTo(at(mark), bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.restore();
}

function drawBands(plot: uPlot, bands: readonly ChartBand[], token: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = BAND_ALPHA;
  for (const { x, low, high, run } of bands) {
    ctx.fillStyle = token(`--run-${String(run)}`);
    ctx.beginPath();
    for (const [along, edge] of bandEdges(x, low, high)) {
      ctx.lineTo(plot.valToPos(along, 'x', true), plot.valToPos(edge, 'y', true));
    }
    ctx.fill();
  }
  ctx.restore();
}

/** The outline of a band: along its upper edge, and back along the lower one; gaps are passed over. */
export function bandEdges(
  x: readonly number[],
  low: readonly (number | null)[],
  high: readonly (number | null)[],
): readonly (readonly [number, number])[] {
  const edge = (values: readonly (number | null)[]): [number, number][] =>
    x.flatMap((along, index) => {
      const value = values[index] ?? null;
      return value === null ? [] : [[along, value]];
    });
  return [...edge(high), ...edge(low).reverse()];
}
