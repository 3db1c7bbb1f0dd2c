/** Order of names as people expect it, the same on every machine and in every language. */

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Names that are sorted, or put together, without a pause: a few milliseconds. */
const WITHOUT_PAUSE = 5_000;

/** Compares runs of digits as numbers (`class2` before `class10`), the rest by code unit. */
export function compareNaturally(one: string, other: string): number {
  const [left, right] = [keyOf(one), keyOf(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Sorts as `compareNaturally`, and lets others do something in between, however many names there are. */
export async function sortNaturally(names: readonly string[]): Promise<readonly string[]> {
  let runs: (readonly Keyed[])[] = [];
  for (let first = 0; first < names.length; first += WITHOUT_PAUSE) {
    if (first > 0) await nextTurn();
    const run = names.slice(first, first + WITHOUT_PAUSE).map((name) => ({ name, key: keyOf(name) }));
    runs.push(run.sort((one, other) => (one.key < other.key ? -1 : 1)));
  }
  while (runs.length > 1) {
    const merged: (readonly Keyed[])[] = [];
    for (let first = 0; first < runs.length; first += 2)
      merged.push(await merge(runs[first] ?? [], runs[first + 1] ?? []));
    runs = merged;
  }
  return (runs[0] ?? []).map(({ name }) => name);
}

interface Keyed {
  readonly name: string;
  readonly key: string;
}

async function merge(left: readonly Keyed[], right: readonly Keyed[]): Promise<readonly Keyed[]> {
  const merged: Keyed[] = [];
  let [at, to] = [0, 0];
  for (;;) {
    const [one, other] = [left[at], right[to]];
    if (one === undefined && other === undefined) return merged;
    if (other === undefined || (one !== undefined && one.key <= other.key)) {
      if (one !== undefined) merged.push(one);
      at++;
    } else {
      merged.push(other);
      to++;
    }
    if (merged.length % WITHOUT_PAUSE === 0) await nextTurn();
  }
}

/**
 * Text whose order by code unit is that of the name: digits without leading zeros behind how many they are, other text with an end
 * that is less than any letter; of names that differ in leading zeros only, the name itself.
 */
function keyOf(name: string): string {
  const pieces = name.replace(/0*(\d+)|[^\d]+/g, (text, digits: string | undefined) =>
    digits === undefined ? `${text}\0` : `0${String.fromCharCode(digits.length)}${digits}`,
  );
  return `${pieces}\0${name}`;
}
