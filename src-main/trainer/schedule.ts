/** The learning rate over epochs. */

import type { TrainingRecipe } from '../contract/recipe.ts';

/**
 * Learning rate of one epoch (1-based). A milestone `m` takes effect after `m * epochs` finished epochs, so 300 epochs with
 * milestones 0.5 and 0.75 drop it from epochs 151 and 226 on (Huang et al. 2017, section 4.2, as released).
 */
export function learningRateAt(
  recipe: Pick<TrainingRecipe, 'epochs' | 'learningRate' | 'schedule'>,
  epoch: number,
): number {
  if (recipe.schedule.kind !== 'step') return recipe.learningRate;
  const { milestones, factor } = recipe.schedule;
  const passed = milestones.filter((milestone) => epoch - 1 >= milestone * recipe.epochs).length;
  // Divided and not multiplied: 0.1 becomes 0.01, and not the float beside it.
  return recipe.learningRate / (1 / factor) ** passed;
}
