/** A checkpoint as whoever predicts with it needs it: the network, how its input is normalised, and its weights. */

import type { LayerPlan } from '../contract/model.ts';
import type { Normalisation } from '../graph/lower/preprocess.ts';
import { planModel, tensorsOf } from '../model/plan.ts';
import type { Checkpoint } from './checkpoint.ts';
import { matchTensors } from './start.ts';

/** A network with its weights. */
export interface TrainedWeights {
  readonly plan: LayerPlan;
  readonly normalisation: Normalisation;
  /** Every tensor of the plan by name, in the plan's shape; nothing of the optimizer. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/**
 * Takes from a checkpoint what its network needs.
 * @param path the checkpoint's, to speak of it
 * @throws DenseLabError `checkpoint-mismatch` when it does not hold the tensors of its network
 */
export function trainedWeights({ description, tensors }: Checkpoint, path: string): TrainedWeights {
  const { model, input, dataset } = description;
  const plan = planModel(model, input, dataset.classNames.length);
  const planned = tensorsOf(plan);
  const names = new Set(planned.map(({ name }) => name));
  const found = matchTensors(
    path,
    tensors.filter(({ name }) => names.has(name)),
    planned,
  );
  const { mean, standardDeviation } = dataset;
  return {
    plan,
    normalisation: { mean, standardDeviation },
    values: new Map(found.map(({ name, data }) => [name, data])),
  };
}
