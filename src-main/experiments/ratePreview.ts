/** The learning rate over a training that has not begun, for drawing. */

import type { TrainingRecipe } from '../contract/recipe.ts';
import type { RatePreview } from '../contract/requests.ts';
import { learningRateAt } from '../trainer/schedule.ts';

/** As many points as the drawing has pixels. */
const MOST_POINTS = 257;

/** Learning rates of at most 257 steps, the first and the last among them; `plateau` as if there were none. */
export function previewRates(recipe: TrainingRecipe, stepsPerEpoch: number): RatePreview {
  const steps = recipe.epochs * stepsPerEpoch;
  const count = Math.min(MOST_POINTS, steps);
  const epoch: number[] = [];
  const rate: number[] = [];
  for (let point = 0; point < count; point += 1) {
    const step = count === 1 ? 0 : Math.round((point * (steps - 1)) / (count - 1));
    epoch.push(point === count - 1 ? recipe.epochs : step / stepsPerEpoch);
    rate.push(learningRateAt(recipe, { step, stepsPerEpoch, history: [] }));
  }
  return { epoch, rate };
}
