/** From what a person asks for to a run that can be trained: everything that can be refused is refused here, at once. */

import type { DatasetDetail } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { RunRequest } from '../contract/run.ts';
import { heldOutSplitOf } from '../datasets/heldOut.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { planModel } from '../model/plan.ts';
import { checkBatchFits, checkRecipeFits, validateRecipe } from '../model/recipe.ts';
import { titleOf } from '../model/spec.ts';
import type { NewRun } from '../runs/runTable.ts';
import { cutIntoBatches } from '../trainer/batches.ts';

/** What a run's time and memory follow from. */
export interface Forecastable {
  readonly run: NewRun;
  readonly plan: LayerPlan;
  /** Images of one epoch that are trained on, of one evaluation, and of the test that follows the last epoch. */
  readonly evaluated: { readonly train: number; readonly heldOut: number; readonly test: number };
}

/** A run that may be stored, and the folder of its dataset. */
export interface PreparedRun extends Forecastable {
  readonly datasetDirectory: string;
}

/**
 * Checks a request against its dataset.
 * @throws DenseLabError `dataset-unknown`, `dataset-version-unknown`, `dataset-damaged`, `dataset-empty`, `dataset-single-class`, `model-invalid`,
 *   `recipe-invalid`, `batch-too-large`.
 */
export async function prepareRun(request: RunRequest, datasets: DatasetStore): Promise<PreparedRun> {
  const dataset = await datasets.show(request.dataset, request.datasetVersion);
  return { ...prepareOn(request, dataset), datasetDirectory: datasets.directoryOf(dataset.id) };
}

/** As `prepareRun`, on a dataset that was read already; throws what it throws but for what the dataset itself lacks. */
export function prepareOn(request: RunRequest, dataset: DatasetDetail): Forecastable {
  const recipe = validateRecipe(request.recipe);
  requireClasses(dataset);
  const plan = planModel(request.model, dataset, dataset.classNames.length);
  const trainImages = dataset.splits.train.images;
  checkBatchFits(recipe, trainImages);
  checkRecipeFits(recipe, { ...dataset, classes: dataset.classNames.length });
  const used = Math.min(recipe.limit ?? trainImages, trainImages);
  const stepsPerEpoch = cutIntoBatches(used, recipe.batchSize).length;
  const run = describeRun({ ...request, recipe }, dataset, plan, stepsPerEpoch);
  return { run, plan, evaluated: { train: used, ...heldOutImages(dataset) } };
}

/** What was held out while training is not tested again. */
function heldOutImages(dataset: DatasetDetail): { readonly heldOut: number; readonly test: number } {
  const { validation, test } = dataset.splits;
  if (heldOutSplitOf(dataset) === 'test') return { heldOut: test.images, test: 0 };
  return { heldOut: validation.images, test: test.images };
}

/** At least two classes to tell apart, with images to learn them from. */
function requireClasses({ name, splits }: DatasetDetail): void {
  const { images, perClass } = splits.train;
  if (images === 0) {
    throw new DenseLabError(
      'dataset-empty',
      `The dataset "${name}" has no image to train on.`,
      'Import images for training, or split them anew.',
    );
  }
  if (perClass.filter((count) => count > 0).length >= 2) return;
  throw new DenseLabError(
    'dataset-single-class',
    `The dataset "${name}" has images of one class only to train on, so there is nothing to tell apart.`,
    'Import a folder with at least two classes.',
  );
}

function describeRun(request: RunRequest, dataset: DatasetDetail, plan: LayerPlan, stepsPerEpoch: number): NewRun {
  const { id, name, version, contentHash, classNames } = dataset;
  const modelTitle = titleOf(request.model);
  return {
    name: request.name ?? `${modelTitle} on ${name}`,
    dataset: { id, name, version, contentHash, classNames },
    heldOutSplit: heldOutSplitOf(dataset),
    model: request.model,
    modelTitle,
    parameters: plan.parameters,
    multiplyAdds: plan.multiplyAdds,
    device: request.device ?? 'auto',
    recipe: request.recipe,
    stepsPerEpoch,
  };
}
