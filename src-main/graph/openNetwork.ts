/** The network of every graph that looks into one: weights in variables, so that those of another checkpoint can take their place. */

import type { LayerPlan } from '../contract/model.ts';
import { at, lookUp } from './illegal.ts';
import { joined, type Activation } from './lower/activation.ts';
import { lowerForEvaluation } from './lower/evaluation.ts';
import { normalise, type Normalisation } from './lower/preprocess.ts';
import { declareState, exposeState, tensorsOf } from './lower/state.ts';
import type { CompiledModel, Graph, GraphVariable, Tensor } from './node.ts';
import { identity } from './ops/identity.ts';
import { placeholder } from './ops/placeholder.ts';
import { readVariable } from './ops/readVariable.ts';
import { fetchName, Scope } from './scope.ts';
import { verifyGraph } from './verify.ts';

/** What every graph that looks into a network has; the batch size is free. */
export interface OpenGraph {
  readonly graph: Graph;
  /** uint8 [n, height, width, channels]. */
  readonly images: string;
  readonly variables: readonly GraphVariable[];
  readonly state: CompiledModel['state'];
}

/** A network in a graph that is not finished. */
export interface OpenNetwork {
  readonly root: Scope;
  readonly images: Tensor;
  readonly activations: ReadonlyMap<string, Activation>;
  readonly logits: Tensor;
  readonly exposed: Pick<CompiledModel, 'variables' | 'state'>;
}

/** Begins a graph: every layer by itself, its weights in variables. */
export function openNetwork(plan: LayerPlan, normalisation: Normalisation): OpenNetwork {
  const root = Scope.root();
  const { height, width, channels } = plan.input;
  const images = placeholder(root, 'images', 'uint8', [-1, height, width, channels]);
  const state = declareState(root, plan, { optimizer: null, accumulation: 1 });
  const vectors = [
    tensorsOf(
      root.child('parameters'),
      readVariable(root.child('parameters'), state.parameters),
      state.layout.parameters,
    ),
    tensorsOf(
      root.child('movingAverages'),
      readVariable(root.child('movingAverages'), state.movingAverages),
      state.layout.movingAverages,
    ),
  ];
  const network = root.child('network');
  const activations = lowerForEvaluation(network, plan, {
    images: normalise(root.child('preprocess'), images, normalisation),
    values: new Map(vectors.flatMap((tensors) => [...tensors])),
    open: true,
  });
  const last = at(plan.layers, plan.layers.length - 1);
  const logits = joined(network, lookUp(activations, last.name));
  return { root, images, activations, logits, exposed: exposeState(root, state) };
}

/** A model with its graph. Throws `internal` when the graph is not legal, before TensorFlow sees it. */
export function verified<T extends { readonly images: string; readonly state: CompiledModel['state'] }>(
  root: Scope,
  model: T,
  fetches: readonly string[],
): T & { readonly graph: Graph } {
  const graph = root.graph();
  const { images, state } = model;
  verifyGraph(graph, [images, ...state.read, ...state.feed, state.write, ...fetches]);
  return { ...model, graph };
}

/** Gives a tensor a name of its own to be fetched by. */
export function exposeAs(root: Scope, tensor: Tensor, name: string): string {
  return fetchName(identity(root, tensor, name));
}
