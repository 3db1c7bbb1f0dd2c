/** Work over very many items, in pieces. */

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items whose work takes a few milliseconds. */
const WITHOUT_PAUSE = 20_000;

/** Calls `task` for each item in order, and lets others do something now and then. */
export async function unhurried<T>(items: readonly T[], task: (item: T) => void): Promise<void> {
  for (let first = 0; first < items.length; first += WITHOUT_PAUSE) {
    if (first > 0) await nextTurn();
    items.slice(first, first + WITHOUT_PAUSE).forEach(task);
  }
}
