/** When training has stopped getting better. */

import type { TrainingRecipe } from '../contract/recipe.ts';
import type { SplitMetrics } from '../contract/run.ts';

/** Whether the held-out accuracy has not risen by more than `minimumChange` over the highest for `patience` epochs. */
export function hasStalled(history: readonly SplitMetrics[], rule: TrainingRecipe['earlyStopping']): boolean {
  if (rule === null) return false;
  let [highest, waited] = [-Infinity, 0];
  for (const { accuracy } of history) {
    if (accuracy > highest + rule.minimumChange) [highest, waited] = [accuracy, 0];
    else waited++;
  }
  return waited >= rule.patience;
}

/** The epoch (1-based) of the highest held-out accuracy, the earliest of equals; 0 before the first. */
export function bestEpoch(history: readonly SplitMetrics[]): number {
  return history.reduce(
    (best, { accuracy }, index) => (accuracy > (history[best - 1]?.accuracy ?? -1) ? index + 1 : best),
    0,
  );
}
