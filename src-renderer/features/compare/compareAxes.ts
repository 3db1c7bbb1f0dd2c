import type { ComparedAxis, ComparedPanel } from '../../../src-main/contract/savedComparison.ts';
import { extent, linearTicks, logTicks, timeTicks, wholeTicks } from '../../drawing/chartTicks.ts';
import type { ComparedBand, ComparedLine } from '../../drawing/comparedLines.ts';
import type { ComparedMetric } from '../../drawing/comparedMetrics.ts';
import { valuesWithin, type Range } from '../../drawing/zoom.ts';
import { formatPosition, formatTick, lossAxis, percentAxis } from '../../ui/chartAxes.ts';
import type { ChartAxes, ChartLine } from '../../ui/chartPlot.ts';
import { formatCount, formatLoss, formatNumber, formatSetting } from '../../ui/format.ts';

/** The whole horizontal axis of some lines: from 0, or from the first point where it is logarithmic. */
export function wholeAxis(lines: readonly ComparedLine[], log: boolean): Range {
  const found = extent(lines.flatMap(({ x }) => (log ? x.filter((position) => position > 0) : x)));
  const end = found?.[1] ?? 1;
  if (!log) return [0, end];
  return found === null || found[0] >= end ? [end / 10, end] : found;
}

/** The axes of one chart of a comparison. @param shown the part of the horizontal axis that is drawn */
export function comparedAxes(
  lines: readonly ComparedLine[],
  metric: ComparedMetric,
  axis: ComparedAxis,
  shown: Range,
  logs: { readonly x: boolean; readonly y: boolean },
): ChartAxes {
  const visible = lines.map((line) => ({
    x: line.x,
    y: [...valuesWithin(line.x, line.smooth, shown), ...valuesWithin(line.x, line.raw, shown)],
  }));
  return {
    x: { range: shown, ticks: horizontalTicks(shown, axis, logs.x), whole: axis !== 'time', log: logs.x },
    y: metric.unit === '%' && !logs.y ? percentAxis(visible) : lossAxis(visible, logs.y),
    formatX: (value) => formatAlong(axis, value),
    formatY: metric.unit === 'img/s' || metric.unit === 'MB' ? formatCount : formatTick,
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
  switch (unit) {
    case '%':
      return `${formatNumber(value, 2)}%`;
    case 'img/s':
      return formatNumber(value);
    case 'MB':
      return `${formatNumber(value)} MB`;
    case 'nats':
      return formatLoss(value);
    case '':
      return Math.abs(value) < 1e-4 ? formatLoss(value) : formatSetting(Number(value.toPrecision(3)));
  }
}

/** A line of a chart that belongs to a run, or to several of one configuration. */
export interface OwnedLine extends ChartLine {
  /** Positions in the comparison. */
  readonly owners: readonly number[];
}

/** Raw lines behind smooth ones, each in its run's colour. */
export function chartLines(lines: readonly ComparedLine[], smoothing: number): readonly OwnedLine[] {
  const raw = lines.map((line) => ownedLine(line, line.raw, 'raw', [line.index]));
  const smooth = lines.map((line) => ownedLine(line, line.smooth, 'solid', [line.index]));
  return smoothing === 0 ? smooth : [...raw, ...smooth];
}

/** Means in front of their seeds. @param owners of each mean */
export function averagedLines(
  each: readonly ComparedLine[],
  means: readonly ComparedLine[],
  owners: readonly (readonly number[])[],
): readonly OwnedLine[] {
  return [
    ...each.map((line) => ownedLine(line, line.smooth, 'raw', [line.index])),
    ...means.map((line, index) => ownedLine(line, line.smooth, 'solid', owners[index] ?? [line.index])),
  ];
}

function ownedLine(
  { x, colour, repeat }: ComparedLine,
  y: readonly (number | null)[],
  style: 'raw' | 'solid',
  owners: readonly number[],
): OwnedLine {
  return { x, y, style, run: colour, repeat, owners };
}

/** Bands of seeds as a chart draws them. */
export function chartBands(
  bands: readonly ComparedBand[],
): readonly (Omit<ComparedBand, 'colour'> & { readonly run: number })[] {
  return bands.map(({ colour, ...band }) => ({ ...band, run: colour }));
}

/** The numbers of a chart as rows: run, position, value. */
export function chartRows(lines: readonly ComparedLine[]): readonly (readonly string[])[] {
  return lines.flatMap(({ name, x, raw, smooth }) =>
    x.map((position, index) => [name, String(position), String(raw[index] ?? smooth[index] ?? '')]),
  );
}

/** Charts that a person would look at on a logarithmic axis first. */
export function mayBeLogarithmic(panel: ComparedPanel): boolean {
  return panel !== 'accuracy' && panel !== 'trainAccuracy' && panel !== 'imagesPerSecond' && panel !== 'memory';
}

/**
 * Names without the words with which all of them begin, or end, each in at most `most` characters: the middle is left out, or
 * the beginning where that would make them alike, as in a sweep over what stands in the middle.
 */
export function distinctNames(names: readonly string[], most: number): readonly string[] {
  if (names.length < 2) return names.map((name) => shortName(name, most));
  const words = names.map((name) => name.split(/(?<=[\s\-_,])/));
  const head = sharedWords(words);
  const rest = words.map((each) => each.slice(head));
  const tail = sharedWords(rest.map((each) => [...each].reverse()));
  const own = rest.map((each) =>
    each
      .slice(0, each.length - tail)
      .join('')
      .replace(/[\s\-_,]+$/, ''),
  );
  const short = own.map((name) => shortName(name, most));
  return countOf(short) === countOf(own) ? short : own.map((name) => nameEnd(name, most));
}

/** The end of a name, without the brackets and commas that say nothing more in so little room. */
function nameEnd(name: string, most: number): string {
  const plain = name.replace(/[(),]/g, '');
  if (plain.length <= most) return plain;
  const end = plain.slice(plain.length - (most - 1));
  return `…${end.slice(end.search(/\s/) + 1)}`;
}

function countOf(names: readonly string[]): number {
  return new Set(names).size;
}

/** With how many words all begin; one word at least stays of each. */
function sharedWords(names: readonly (readonly string[])[]): number {
  const least = Math.min(...names.map((each) => each.length)) - 1;
  let shared = 0;
  while (shared < least && names.every((each) => each[shared] === names[0]?.[shared])) shared += 1;
  return shared;
}

/** A name in at most `most` characters: its middle is left out, since runs of a sweep differ at the end. */
export function shortName(name: string, most: number): string {
  if (name.length <= most) return name;
  const head = Math.ceil((most - 1) / 2);
  return `${name.slice(0, head).trimEnd()}…${name.slice(name.length - (most - 1 - head)).trimStart()}`;
}

function horizontalTicks([low, high]: Range, axis: ComparedAxis, log: boolean): readonly number[] {
  if (log) {
    const ticks = logTicks(low, high);
    return ticks.length > 6 ? ticks.filter((tick) => String(tick).replace(/[0.]/g, '').startsWith('1')) : ticks;
  }
  if (axis === 'time') return timeTicks(low, high, 4);
  return axis === 'images' ? linearTicks(low, high, 4) : wholeTicks(low, high, 5);
}
