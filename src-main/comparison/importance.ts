/** Which settings of a sweep matter for its results. */

import type { SettingDifference, SettingImportance } from '../contract/comparison.ts';
import { mean } from './statistics.ts';

/** Fewest runs that say anything. */
const LEAST_RUNS = 4;
/** Random reorderings behind a probability. */
const REORDERINGS = 999;

/**
 * Share of the results' spread that each setting explains alone (eta squared of a one-way analysis of variance), with the
 * share of random reorderings that explain as much. Settings whose every value is unique explain all and say nothing, so they are
 * left out.
 * @param results one per run, null where there is none
 * @param random numbers in [0, 1)
 */
export function importanceOf(
  differences: readonly SettingDifference[],
  results: readonly (number | null)[],
  random: () => number,
): readonly SettingImportance[] {
  const judged = results.flatMap((result, run) => (result === null ? [] : [{ result, run }]));
  if (judged.length < LEAST_RUNS) return [];
  const found = differences
    .filter(({ trivial, key }) => !trivial && !key.startsWith('environment.'))
    .flatMap(({ key, title, values }): SettingImportance[] => {
      const labels = judged.map(({ run }) => JSON.stringify(values[run] ?? null));
      const different = new Set(labels).size;
      if (different < 2 || different === labels.length) return [];
      const outcomes = judged.map(({ result }) => result);
      const explained = explainedShare(labels, outcomes);
      return [{ key, title, explained, pValue: chanceOf(explained, labels, outcomes, random) }];
    });
  return found.sort((one, other) => other.explained - one.explained);
}

/** Between-group over total sum of squares. */
function explainedShare(labels: readonly string[], results: readonly number[]): number {
  const centre = mean(results);
  const total = results.reduce((sum, result) => sum + (result - centre) ** 2, 0);
  if (total === 0) return 0;
  const groups = new Map<string, { sum: number; count: number }>();
  results.forEach((result, index) => {
    const label = labels[index] ?? '';
    const group = groups.get(label) ?? { sum: 0, count: 0 };
    groups.set(label, { sum: group.sum + result, count: group.count + 1 });
  });
  const between = [...groups.values()].reduce(
    (sum, group) => sum + group.count * (group.sum / group.count - centre) ** 2,
    0,
  );
  return between / total;
}

function chanceOf(
  explained: number,
  labels: readonly string[],
  results: readonly number[],
  random: () => number,
): number {
  let asMuch = 1;
  const reordered = [...results];
  for (let round = 0; round < REORDERINGS; round++) {
    for (let last = reordered.length - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      const kept = reordered[last] ?? 0;
      reordered[last] = reordered[other] ?? 0;
      reordered[other] = kept;
    }
    if (explainedShare(labels, reordered) >= explained - 1e-12) asMuch++;
  }
  return asMuch / (REORDERINGS + 1);
}
