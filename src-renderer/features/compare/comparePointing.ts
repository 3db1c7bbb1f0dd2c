/** Which lines stand out: those that the brushes keep, and the one that is pointed at. */

import { nearestIndex } from '../../drawing/chartRun.ts';
import type { ComparedLine } from '../../drawing/comparedLines.ts';
import type { ChartAxes, Emphasis } from '../../ui/chartPlot.ts';
import type { OwnedLine } from './compareAxes.ts';

/** Share of the height of a chart within which a line is pointed at. */
const REACH = 0.08;

/** How much each line stands out. @param pointed position of a run; null for none */
export function emphasisOf(
  lines: readonly OwnedLine[],
  kept: ReadonlySet<number> | null,
  pointed: number | null,
): readonly Emphasis[] {
  return lines.map(({ owners }) => {
    if (pointed !== null) return owners.includes(pointed) ? 'strong' : 'faded';
    return kept === null || owners.some((run) => kept.has(run)) ? 'plain' : 'faded';
  });
}

/** Position in the comparison of the line nearest to a place of a chart; null where none is near. */
export function nearestLine(
  lines: readonly ComparedLine[],
  y: ChartAxes['y'],
  x: number,
  height: number,
): number | null {
  const into = y.log ? Math.log : (value: number): number => value;
  const reach = REACH * (into(y.range[1]) - into(y.range[0]));
  let [found, least]: [number | null, number] = [null, reach];
  for (const line of lines) {
    const value = line.smooth[nearestIndex(line.x, x)];
    if (value === null || value === undefined) continue;
    const away = Math.abs(into(value) - into(height));
    if (away <= least) [found, least] = [line.index, away];
  }
  return found;
}

/** Readings in the order in which they are worth a label: what is pointed at, what is kept, the best. */
export function ranked<R extends { readonly y: number; readonly owners: readonly number[] }>(
  readings: readonly R[],
  better: 'more' | 'less' | null,
  kept: ReadonlySet<number> | null,
  pointed: number,
): readonly R[] {
  const rank = ({ owners }: R): number =>
    owners.includes(pointed) ? 0 : kept === null || owners.some((run) => kept.has(run)) ? 1 : 2;
  const order = better === 'less' ? 1 : -1;
  return [...readings].sort((one, other) => rank(one) - rank(other) || order * (one.y - other.y));
}
