/** What a recipe and a dataset mean to the compiler. */

import type { TrainingRecipe } from '../contract/recipe.ts';
import type { CompileSettings } from '../graph/compile.ts';
import type { Normalisation } from '../graph/lower/preprocess.ts';

/** The train split of a dataset, as far as the graph depends on it. */
export interface TrainStatistics extends Normalisation {
  readonly classNames: readonly string[];
}

/** How the network's input is normalised; stored with each checkpoint, for whoever predicts with it. */
export function normalisationOf(
  { normalisation }: Pick<TrainingRecipe, 'normalisation'>,
  { mean, standardDeviation }: Normalisation,
): Normalisation {
  if (normalisation === 'channels') return { mean, standardDeviation };
  return { mean: mean.map(() => 0), standardDeviation: mean.map(() => 255) };
}

/**
 * The settings by which a recipe is compiled.
 * @param labels the images that are trained on, by their classes; `balanced` weights follow from their counts
 */
export function compileSettings(
  recipe: TrainingRecipe,
  dataset: TrainStatistics,
  labels: ArrayLike<number>,
): CompileSettings {
  const { augmentation, optimizer, weightDecay, weightDecayOn, labelSmoothing, gradientClipping, accumulation } =
    recipe;
  return {
    ...normalisationOf(recipe, dataset),
    augmentation,
    optimizer,
    weightDecay,
    weightDecayOn,
    labelSmoothing,
    classWeights: classWeightsOf(recipe.classWeights, labels, dataset.classNames.length),
    gradientClipping,
    accumulation,
    ...(recipe.recomputation === null ? {} : { recomputation: recipe.recomputation }),
  };
}

/** images / (classes * images of the class), as scikit-learn balances them; a class without images weighs 1. */
function classWeightsOf(
  weights: TrainingRecipe['classWeights'],
  labels: ArrayLike<number>,
  classes: number,
): readonly number[] | null {
  if (weights !== 'balanced') return weights;
  const counts = new Array<number>(classes).fill(0);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] ?? 0;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts.map((count) => (count === 0 ? 1 : labels.length / (classes * count)));
}
