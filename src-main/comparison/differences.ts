/** What differs between runs, and only that. */

import type { SettingDifference } from '../contract/comparison.ts';
import type { RunDetail } from '../contract/run.ts';
import { isTrivial, settingsOf, settingTitle } from './settings.ts';

/** The settings that are not the same in all runs, those that matter first; and how many are. */
export function differencesOf(runs: readonly RunDetail[]): {
  readonly differences: readonly SettingDifference[];
  readonly equal: number;
} {
  const all = runs.map(settingsOf);
  const keys = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  const compared = keys.map((key): SettingDifference => ({
    key,
    title: settingTitle(key),
    trivial: isTrivial(key),
    values: all.map((settings) => settings.get(key) ?? null),
  }));
  const differences = compared.filter(({ values }) => values.some((value) => value !== values[0]));
  return {
    differences: [...differences.filter(({ trivial }) => !trivial), ...differences.filter(({ trivial }) => trivial)],
    equal: keys.length - differences.length,
  };
}
