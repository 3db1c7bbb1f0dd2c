/** Box plots: what the seeds of each configuration came to. */

import type { Comparison, GroupTest } from '../../src-main/contract/comparison.ts';
import { extent, linearTicks, roundRange } from './chartTicks.ts';

/** One row of the plot; values in percent. */
export interface Box {
  /** Position in `groups`. */
  readonly group: number;
  readonly name: string;
  readonly colour: number;
  /** One per seed with a result. */
  readonly values: readonly { readonly run: number; readonly value: number }[];
  readonly median: number;
  /** First and third quartile, by linear interpolation (Hyndman and Fan 1996, type 7). */
  readonly quartiles: readonly [number, number];
  /** The last values within 1.5 interquartile ranges of the box (Tukey 1977). */
  readonly whiskers: readonly [number, number];
  /** Against the configuration with the best mean; null for that one, and where nothing was tested. */
  readonly test: GroupTest | null;
  readonly isBest: boolean;
}

/** The whole plot. */
export interface BoxPlot {
  /** The best mean first. */
  readonly boxes: readonly Box[];
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
}

/** Lays out the best held-out accuracies of all configurations; null while none has a result. */
export function boxPlot({ runs, groups, tests }: Comparison): BoxPlot | null {
  const ranked = groups
    .map((group, index) => ({ group, index, mean: group.accuracy?.mean ?? NaN }))
    .filter(({ mean }) => Number.isFinite(mean))
    .sort((one, other) => other.mean - one.mean);
  const best = ranked[0]?.index;
  const boxes = ranked.map(({ group, index }): Box => {
    const values = group.runs.flatMap((run) => {
      const { metrics } = runs[run] ?? {};
      const value = metrics?.heldOutAccuracy.best ?? metrics?.testAccuracy.best ?? null;
      return value === null ? [] : [{ run, value: 100 * value }];
    });
    const sorted = values.map(({ value }) => value).sort((one, other) => one - other);
    const quartiles = [quantile(sorted, 0.25), quantile(sorted, 0.75)] as const;
    const reach = 1.5 * (quartiles[1] - quartiles[0]);
    const within = sorted.filter((value) => value >= quartiles[0] - reach && value <= quartiles[1] + reach);
    const first = runs[group.runs[0] ?? -1];
    return {
      ...{ group: index, name: first?.name ?? '', colour: first?.colour ?? 1, values, quartiles },
      median: quantile(sorted, 0.5),
      whiskers: [within[0] ?? NaN, within.at(-1) ?? NaN],
      test:
        tests.find(({ groups: pair }) => pair.includes(index) && best !== index && pair.includes(best ?? -1)) ?? null,
      isBest: index === best,
    };
  });
  const found = extent(boxes.flatMap(({ values }) => values.map(({ value }) => value)));
  if (found === null) return null;
  const [low, high] = roundRange(found[0], found[1], 5);
  const range = [Math.max(0, low), Math.min(100, high)] as const;
  return { boxes, range, ticks: linearTicks(...range, 5) };
}

/** A quantile of rising values by linear interpolation; NaN of nothing. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return below + (above - below) * (at - Math.floor(at));
}
