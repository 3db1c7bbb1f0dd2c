/** What a request to train comes to, checked before anything starts. */

import type { DatasetDetail, Split } from '../contract/dataset.ts';
import type { ModelSpec } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type { RunRequest } from '../contract/run.ts';
import { planModel } from './plan.ts';
import { checkBatchFits, validateRecipe } from './recipe.ts';
import { titleOf } from './spec.ts';

/** Everything that a run's record says at its start. */
export interface RunPlan {
  readonly name: string;
  readonly dataset: DatasetDetail;
  /** The split that epochs are evaluated on. */
  readonly heldOutSplit: Split;
  readonly model: ModelSpec;
  readonly modelTitle: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly recipe: TrainingRecipe;
  readonly stepsPerEpoch: number;
}

/**
 * Checks a request against the dataset that it names.
 * @param heldOutSplit the split that epochs are evaluated on
 * @throws DenseLabError `model-invalid`, `recipe-invalid` or `batch-too-large`.
 */
export function planRun(request: RunRequest, dataset: DatasetDetail, heldOutSplit: Split): RunPlan {
  const { height, width, channels, classNames, splits } = dataset;
  const plan = planModel(request.model, { height, width, channels }, classNames.length);
  const recipe = validateRecipe(request.recipe);
  checkBatchFits(recipe, splits.train.images);
  const modelTitle = titleOf(plan.spec);
  const trained = Math.min(recipe.limit ?? splits.train.images, splits.train.images);
  return {
    name: request.name ?? `${modelTitle} on ${dataset.name}`,
    dataset,
    heldOutSplit,
    model: plan.spec,
    modelTitle,
    parameters: plan.parameters,
    multiplyAdds: plan.multiplyAdds,
    recipe,
    stepsPerEpoch: Math.ceil(trained / recipe.batchSize),
  };
}
