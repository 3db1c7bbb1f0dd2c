/** A graph that only predicts, with its weights inside: what is exported, and what `predict` and `evaluate` run. */

import type { LayerPlan } from '../contract/model.ts';
import { at, lookUp } from './illegal.ts';
import { joined } from './lower/activation.ts';
import { lowerForEvaluation } from './lower/evaluation.ts';
import { layOutState, toStored, type StoredTensor } from './lower/layout.ts';
import { normalise, type Normalisation } from './lower/preprocess.ts';
import type { Graph, Tensor } from './node.ts';
import { weights } from './ops/constant.ts';
import { identity } from './ops/identity.ts';
import { placeholder } from './ops/placeholder.ts';
import { reshape } from './ops/reshape.ts';
import { softmax } from './ops/softmax.ts';
import { fetchName, Scope } from './scope.ts';
import { verifyGraph } from './verify.ts';

/** A compiled network without state. */
export interface InferenceModel {
  readonly graph: Graph;
  /** uint8 [n, height, width, channels], pixels as they are stored. */
  readonly images: Tensor;
  /** float32 [n, classes], named `logits`. */
  readonly logits: Tensor;
  /** float32 [n, classes], named `probabilities`. */
  readonly probabilities: Tensor;
}

/**
 * Compiles a network for prediction. The batch size is free.
 * @param values every tensor of the plan by name, in the plan's shape
 */
export function compileInference(
  plan: LayerPlan,
  normalisation: Normalisation,
  values: ReadonlyMap<string, Float32Array>,
): InferenceModel {
  const root = Scope.root();
  const { height, width, channels } = plan.input;
  const images = placeholder(root, 'images', 'uint8', [-1, height, width, channels]);
  const network = root.child('network');
  const { parameters, movingAverages } = layOutState(plan);
  const frozen = new Map(
    [...parameters, ...movingAverages].map((stored) => [stored.planned.name, freeze(network, stored, values)]),
  );
  const normalised = normalise(root.child('preprocess'), images, normalisation);
  const activations = lowerForEvaluation(network, plan, { images: normalised, values: frozen });
  const last = at(plan.layers, plan.layers.length - 1);
  const output = joined(network, lookUp(activations, last.name));
  const logits = identity(root, output, 'logits');
  const probabilities = identity(root, softmax(network, output), 'probabilities');
  const graph = root.graph();
  verifyGraph(graph, [images, logits, probabilities].map(fetchName));
  return { graph, images, logits, probabilities };
}

function freeze(scope: Scope, stored: StoredTensor, values: ReadonlyMap<string, Float32Array>): Tensor {
  const { name, shape } = stored.planned;
  const here = scope.child(name);
  return reshape(here, toStored(here, weights(here, lookUp(values, name), shape), stored), stored.shape);
}
