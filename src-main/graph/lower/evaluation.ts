/**
 * The network with moving averages. A BatchNorm after a convolution that nothing else reads is folded into its weights;
 * any other is one pass over the maps, with its ReLU. FusedBatchNorm with is_training=false is thirty times slower.
 */

import { assertNever } from '../../contract/errors.ts';
import type { LayerPlan, PlannedLayer } from '../../contract/model.ts';
import { at, lookUp } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { biasAdd } from '../ops/biasAdd.ts';
import { scalar } from '../ops/constant.ts';
import { depthwiseConvolution } from '../ops/depthwiseConvolution.ts';
import { multiply } from '../ops/multiply.ts';
import { reciprocalSquareRoot } from '../ops/reciprocalSquareRoot.ts';
import { relu } from '../ops/relu.ts';
import { reshape } from '../ops/reshape.ts';
import { subtract } from '../ops/subtract.ts';
import { sigmoid } from '../ops/sigmoid.ts';
import type { Scope } from '../scope.ts';
import { channelsOf, paddedChannels } from '../shapes.ts';
import {
  activationOf,
  joined,
  joinedForBatchNorm,
  joinedWithoutPadding,
  sideBySide,
  type Activation,
} from './activation.ts';
import {
  classify,
  convolutionOf,
  convolve,
  hasBias,
  mix,
  PlanIndex,
  poolAverages,
  poolGlobally,
  poolMaxima,
  shortcut,
  type OperationOf,
} from './layers.ts';

/** What evaluation starts from. */
export interface EvaluationInputs {
  /** Normalised images [n, h, w, channels]. */
  readonly images: Tensor;
  /** Parameters and moving averages by the plan's names, in the shapes of the graph's layout. */
  readonly values: ReadonlyMap<string, Tensor>;
  /**
   * Whether every layer is computed by itself, as `lowerForEvaluation` says; false when absent. Slower, and what to look
   * into a network and to differentiate it by its maps takes.
   */
  readonly open?: boolean;
}

/**
 * Adds the network below `scope`; returns the activations of every layer. Those of layers that were folded into others
 * are computed only when fetched. Where it is `open`, nothing is folded: what a layer makes is what the next ones read.
 */
export function lowerForEvaluation(
  scope: Scope,
  plan: LayerPlan,
  inputs: EvaluationInputs,
): ReadonlyMap<string, Activation> {
  const pass = new EvaluationPass(scope, plan, inputs);
  for (const layer of plan.layers) pass.lower(layer);
  return pass.activations;
}

/** Dropout does nothing in evaluation. */
function doesNothing(layer: PlannedLayer): boolean {
  return layer.operation.kind === 'dropout';
}

/**
 * maps [n, h, w, channels] · scale [channels] + shift [channels]. As a convolution of one pixel, because TensorFlow fuses
 * that with the shift and the ReLU behind it: one pass over the maps in place of three.
 */
function scaleAndShift(scope: Scope, maps: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const kernels = reshape(scope, scale, [1, 1, channelsOf(maps.shape), 1]);
  return biasAdd(scope, depthwiseConvolution(scope, maps, kernels, { size: 1, stride: 1, padding: 0 }), shift);
}

class EvaluationPass {
  readonly activations = new Map<string, Activation>();
  readonly #scope: Scope;
  readonly #index: PlanIndex;
  readonly #inputs: EvaluationInputs;
  readonly #open: boolean;

  constructor(scope: Scope, plan: LayerPlan, inputs: EvaluationInputs) {
    this.#scope = scope;
    this.#index = new PlanIndex(plan);
    this.#inputs = inputs;
    this.#open = inputs.open ?? false;
  }

  lower(layer: PlannedLayer): void {
    const scope = this.#scope.child(layer.name);
    const sources = layer.inputs.map((name) => lookUp(this.activations, name));
    const channels = at(layer.outputShape, layer.outputShape.length - 1);
    const keep = (tensor: Tensor) => this.activations.set(layer.name, activationOf(tensor, channels));
    const source = () => this.#joined(at(layer.inputs, 0));
    const whole = (position: number) => joinedWithoutPadding(scope, at(sources, position));
    const { operation } = layer;
    switch (operation.kind) {
      case 'input':
        return void keep(this.#inputs.images);
      case 'convolution':
        return void keep(this.#convolve(scope, layer, source()));
      case 'batchNorm':
        return void keep(this.#normalise(scope, layer, at(sources, 0), operation));
      case 'relu':
        return void keep(relu(scope, source()));
      case 'dropout':
        return void this.activations.set(layer.name, at(sources, 0));
      case 'sigmoid':
        return void keep(sigmoid(scope, whole(0)));
      case 'add':
        return void keep(add(scope, whole(0), whole(1)));
      case 'shortcut':
        return void keep(shortcut(scope, whole(0), operation.stride, channels));
      case 'highway':
        return void keep(mix(scope, whole(0), whole(1), whole(2)));
      case 'stochasticDepth':
        return void keep(multiply(scope, source(), scalar(scope, operation.survival)));
      case 'concat':
        return void this.activations.set(layer.name, sideBySide(scope, sources));
      case 'averagePool':
        return void keep(this.#pool(scope, layer, at(sources, 0), operation));
      case 'maxPool':
        return void keep(poolMaxima(scope, source(), operation));
      case 'globalAveragePool':
        return void keep(poolGlobally(scope, source()));
      case 'linear':
        return void keep(classify(scope, source(), this.#value(layer, 'weights'), this.#value(layer, 'bias')));
      default:
        return assertNever(operation);
    }
  }

  /** The output of a layer as one tensor: joined once, however many read it. */
  #joined(name: string): Tensor {
    const activation = lookUp(this.activations, name);
    const tensor = joined(this.#scope.child(name), activation);
    this.activations.set(name, activationOf(tensor, activation.channels));
    return tensor;
  }

  #normalise(scope: Scope, layer: PlannedLayer, maps: Activation, operation: OperationOf<'batchNorm'>): Tensor {
    const deviation = add(scope, this.#value(layer, 'movingVariance'), scalar(scope, operation.epsilon));
    const scale = multiply(scope, this.#value(layer, 'gamma'), reciprocalSquareRoot(scope, deviation));
    const mean = this.#value(layer, 'movingMean');
    const shift = subtract(scope, this.#value(layer, 'beta'), multiply(scope, mean, scale));
    if (this.#open) return add(scope, multiply(scope, joinedForBatchNorm(scope, maps), scale), shift);
    const convolution = this.#index.soleSource(layer, doesNothing);
    if (convolution?.operation.kind === 'convolution' && paddedChannels(maps.channels) === maps.channels) {
      return this.#convolveFolded(scope, convolution, scale, shift);
    }
    return scaleAndShift(scope, joinedForBatchNorm(scope, maps), scale, shift);
  }

  #convolve(scope: Scope, layer: PlannedLayer, maps: Tensor): Tensor {
    const bias = hasBias(layer) ? this.#value(layer, 'bias') : undefined;
    return convolve(scope, maps, this.#value(layer, 'weights'), convolutionOf(layer), bias);
  }

  /** The convolution with every kernel multiplied by its entry of `scale` [out], plus `shift` [out]. */
  #convolveFolded(scope: Scope, layer: PlannedLayer, scale: Tensor, shift: Tensor): Tensor {
    const weights = this.#value(layer, 'weights');
    const perKernel = weights.shape.length === 2 ? reshape(scope, scale, [-1, 1]) : scale;
    const folded = multiply(scope, weights, perKernel);
    return convolve(scope, this.#sourceOf(layer), folded, convolutionOf(layer), shift);
  }

  #pool(scope: Scope, layer: PlannedLayer, maps: Activation, operation: OperationOf<'averagePool'>): Tensor {
    const convolution = this.#open ? undefined : this.#index.pooledConvolution(layer, doesNothing);
    if (convolution === undefined) return poolAverages(scope, joined(scope, maps), operation);
    const pooled = poolAverages(scope, this.#sourceOf(convolution), operation);
    return convolve(scope, pooled, this.#value(convolution, 'weights'), convolutionOf(convolution));
  }

  #sourceOf(layer: PlannedLayer): Tensor {
    return this.#joined(this.#index.source(layer).name);
  }

  #value(layer: PlannedLayer, role: string): Tensor {
    return lookUp(this.#inputs.values, `${layer.name}/${role}`);
  }
}
