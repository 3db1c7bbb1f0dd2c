/** How the axes of parallel coordinates are written. */

import { numberAt, placeOn, type ParallelAxis } from '../../drawing/parallel.ts';
import {
  formatBytes,
  formatCount,
  formatDurationShort,
  formatLoss,
  formatPercent,
  formatSetting,
} from '../../ui/format.ts';
import { shortName } from './compareAxes.ts';

const TITLE = 16;
const WORD = 12;

/** The title of an axis, short enough to stand above it. */
export function axisTitle({ title }: ParallelAxis): string {
  return shortName(title, TITLE);
}

/** A value of an axis. */
export function formatParallel({ unit }: ParallelAxis, value: number | string): string {
  if (typeof value === 'string') return shortName(value, WORD);
  switch (unit) {
    case 'share':
      return formatPercent(value, 1);
    case 'nats':
      return formatLoss(value);
    case 'seconds':
      return formatDurationShort(value);
    case 'bytes':
      return formatBytes(value);
    case 'count':
      return formatCount(value);
    case 'setting':
      return formatSetting(Number(value.toPrecision(4)));
  }
}

/** What stands at a place of an axis: the number, or the nearest word. */
export function placeWords(axis: ParallelAxis, place: number): string {
  if (axis.range !== null) return formatParallel(axis, numberAt(axis.range, axis.log, place));
  const near = axis.words.reduce((best, word) => {
    const away = (each: string): number => Math.abs((placeOn(axis, each) ?? 2) - place);
    return away(word) < away(best) ? word : best;
  }, axis.words[0] ?? '');
  return near;
}

/** Everything that the axes say of a run. */
export function parallelFacts(axes: readonly ParallelAxis[], run: number): readonly string[] {
  return axes.flatMap((axis) => {
    const value = axis.values[run] ?? null;
    return value === null ? [] : [`${axis.title} ${formatParallel(axis, value)}`];
  });
}
