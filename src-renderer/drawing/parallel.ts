/** Parallel coordinates: one axis per setting that differs and per result, one line per run, and which of them are kept. */

import type { ComparedRun, Comparison } from '../../src-main/contract/comparison.ts';
import type { Brush } from '../../src-main/contract/savedComparison.ts';
import { extent, linearTicks, logTicks } from './chartTicks.ts';

/** How the numbers of an axis are written. */
export type ParallelUnit = 'share' | 'nats' | 'seconds' | 'bytes' | 'count' | 'setting';

/** One vertical axis. */
export interface ParallelAxis {
  /** `recipe.learningRate`, or `metric.heldOutAccuracy`. */
  readonly key: string;
  readonly title: string;
  /** A setting that was chosen, or what came of it. */
  readonly isResult: boolean;
  readonly unit: ParallelUnit;
  /** Bottom and top, for numbers; null where the axis has words. */
  readonly range: readonly [number, number] | null;
  readonly log: boolean;
  /** From bottom to top; empty for numbers. */
  readonly words: readonly string[];
  /** One per run. */
  readonly values: readonly (number | string | null)[];
  /** Numbers that are written beside it. */
  readonly ticks: readonly number[];
}

/** Largest over smallest value from which an axis is logarithmic. */
const LOGARITHMIC = 20;
const RESULTS: readonly {
  readonly key: string;
  readonly title: string;
  readonly unit: ParallelUnit;
  readonly value: (run: ComparedRun) => number | null;
}[] = [
  { key: 'run.parameters', title: 'Parameters', unit: 'count', value: ({ parameters }) => parameters },
  { key: 'metric.trainSeconds', title: 'Time', unit: 'seconds', value: ({ metrics }) => metrics.trainSeconds.last },
  { key: 'metric.memoryBytes', title: 'Memory', unit: 'bytes', value: ({ metrics }) => metrics.memoryBytes.last },
  { key: 'metric.heldOutLoss', title: 'Best loss', unit: 'nats', value: ({ metrics }) => metrics.heldOutLoss.best },
  {
    ...{ key: 'metric.heldOutAccuracy', title: 'Best held-out %', unit: 'share' },
    value: ({ metrics }) => metrics.heldOutAccuracy.best,
  },
  { key: 'metric.testAccuracy', title: 'Test %', unit: 'share', value: ({ metrics }) => metrics.testAccuracy.last },
];

/** The axes of a comparison: what differs and is not trivial, then what came of it; none on which all are alike. */
export function parallelAxes({ runs, differences }: Comparison): readonly ParallelAxis[] {
  const settings = differences
    .filter(({ trivial, key }) => !trivial && !key.startsWith('environment.'))
    .map(({ key, title, values }) => axisOf({ key, title, isResult: false, unit: 'setting' }, values));
  const results = RESULTS.map(({ value, ...rest }) => axisOf({ ...rest, isResult: true }, runs.map(value)));
  return [...settings, ...results].filter((axis) => axis.words.length > 1 || axis.range !== null);
}

/** Place of a value, 0 at the bottom to 1 at the top; null for a run without one. */
export function placeOn({ range, log, words }: ParallelAxis, value: number | string | null): number | null {
  if (value === null) return null;
  if (range === null || typeof value === 'string') {
    const index = words.indexOf(String(value));
    return index < 0 ? null : index / (words.length - 1);
  }
  const into = log ? Math.log : (number: number): number => number;
  return (into(value) - into(range[0])) / (into(range[1]) - into(range[0]));
}

/** The ticks of an axis that stand at least `gap` (a share of its height) apart; both ends before those between. */
export function spacedTicks(axis: ParallelAxis, gap: number): readonly number[] {
  return spaced(axis.ticks, (tick) => placeOn(axis, tick) ?? 0, gap);
}

/** The words of an axis that stand at least `gap` apart. */
export function spacedWords(axis: ParallelAxis, gap: number): readonly string[] {
  return spaced(axis.words, (word) => placeOn(axis, word) ?? 0, gap);
}

function spaced<T>(all: readonly T[], place: (one: T) => number, gap: number): readonly T[] {
  const ends = [...all.slice(0, 1), ...all.slice(-1)];
  const kept: T[] = [];
  for (const one of [...ends, ...all]) {
    if (kept.every((other) => Math.abs(place(other) - place(one)) >= gap)) kept.push(one);
  }
  return kept;
}

/** The number at a place of an axis of numbers. */
export function numberAt(range: readonly [number, number], log: boolean, place: number): number {
  const [low, high] = log ? [Math.log(range[0]), Math.log(range[1])] : range;
  const number = low + place * (high - low);
  return log ? Math.exp(number) : number;
}

/** A brush between two places of an axis; null where that is all of it. */
export function brushBetween(axis: ParallelAxis, from: number, to: number): Brush | null {
  const [low, high] = [Math.max(0, Math.min(from, to)), Math.min(1, Math.max(from, to))];
  if (low <= 0 && high >= 1) return null;
  if (axis.range !== null) {
    const range = [numberAt(axis.range, axis.log, low), numberAt(axis.range, axis.log, high)] as const;
    return { key: axis.key, kept: { kind: 'range', range } };
  }
  // Half a word's room on either side, so that a short drag over a word takes it.
  const room = 0.5 / (axis.words.length - 1);
  const words = axis.words.filter((word) => {
    const place = placeOn(axis, word) ?? -1;
    return place >= low - (high - low < room ? room : 1e-9) && place <= high + (high - low < room ? room : 1e-9);
  });
  return { key: axis.key, kept: { kind: 'words', words } };
}

/** Between which places a brush lies, 0 to 1; null where it keeps no place of this axis. */
export function brushPlaces(axis: ParallelAxis, { kept }: Brush): readonly [number, number] | null {
  if (kept.kind === 'range') {
    const places = kept.range.map((value) => placeOn(axis, value));
    const [low, high] = places;
    return typeof low === 'number' && typeof high === 'number' ? [clamp(low), clamp(high)] : null;
  }
  return extent(kept.words.map((word) => placeOn(axis, word)));
}

/** Positions of the runs that every brush keeps; null while nothing is brushed. Brushes of axes that are not there count for nothing. */
export function keptRuns(comparison: Comparison, brushes: readonly Brush[]): ReadonlySet<number> | null {
  if (brushes.length === 0) return null;
  const axes = parallelAxes(comparison);
  const active = brushes.flatMap((brush) => {
    const axis = axes.find(({ key }) => key === brush.key);
    return axis === undefined ? [] : [{ axis, kept: brush.kept }];
  });
  if (active.length === 0) return null;
  const keeps = (run: number): boolean => active.every(({ axis, kept }) => isKept(axis.values[run] ?? null, kept));
  return new Set(comparison.runs.flatMap((_, run) => (keeps(run) ? [run] : [])));
}

function isKept(value: number | string | null, kept: Brush['kept']): boolean {
  if (value === null) return false;
  if (kept.kind === 'words') return kept.words.includes(String(value));
  // What was stored as a decimal may be off by its last digit.
  const slack = 1e-9 * Math.max(Math.abs(kept.range[0]), Math.abs(kept.range[1]));
  return typeof value === 'number' && value >= kept.range[0] - slack && value <= kept.range[1] + slack;
}

function axisOf(
  head: Pick<ParallelAxis, 'key' | 'title' | 'isResult' | 'unit'>,
  raw: readonly (number | string | boolean | null)[],
): ParallelAxis {
  const values = raw.map((value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : value));
  const numbers = values.filter((value) => typeof value === 'number');
  if (values.every((value) => value === null || typeof value === 'number')) {
    const found = extent(numbers);
    const range = found === null || found[0] === found[1] ? null : found;
    const log = range !== null && range[0] > 0 && range[1] / range[0] >= LOGARITHMIC;
    return { ...head, range, log, words: [], values, ticks: range === null ? [] : ticksOf(range, log, numbers) };
  }
  const words = [...new Set(values.filter((value) => value !== null).map(String))].sort((one, other) =>
    one.localeCompare(other, undefined, { numeric: true }),
  );
  const texts = values.map((value) => (value === null ? null : String(value)));
  return { ...head, range: null, log: false, words, values: texts, ticks: [] };
}

/** The values themselves where they are few. */
function ticksOf(range: readonly [number, number], log: boolean, numbers: readonly number[]): readonly number[] {
  const distinct = [...new Set(numbers)].sort((one, other) => one - other);
  if (distinct.length <= 6) return distinct;
  return log ? logTicks(...range) : linearTicks(...range, 5);
}

function clamp(place: number): number {
  return Math.min(1, Math.max(0, place));
}
