/** How layers become ops where training and evaluation do the same. */

import type { LayerOperation, LayerPlan, PlannedLayer } from '../../contract/model.ts';
import { at, illegal, lookUp } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { averagePool } from '../ops/averagePool.ts';
import { biasAdd } from '../ops/biasAdd.ts';
import { cast } from '../ops/cast.ts';
import { convolution } from '../ops/convolution.ts';
import { matMul } from '../ops/matMul.ts';
import { maxPool } from '../ops/maxPool.ts';
import { multiply } from '../ops/multiply.ts';
import { pad } from '../ops/pad.ts';
import { reshape } from '../ops/reshape.ts';
import { subtract } from '../ops/subtract.ts';
import type { Scope } from '../scope.ts';
import { channelsOf, withChannels } from '../shapes.ts';
import { isPointwise } from './layout.ts';

/** The members of the union with this kind. */
export type OperationOf<K extends LayerOperation['kind']> = Extract<LayerOperation, { readonly kind: K }>;

/**
 * A convolution of maps [n, h, w, in], plus `bias` [out] when there is one. Weights [out, in] mean a 1x1 kernel, which
 * is a MatMul: exact, and faster than Conv2D, of which the 1x1 gradient kernel is wrong on some CPUs.
 */
export function convolve(
  scope: Scope,
  maps: Tensor,
  weights: Tensor,
  operation: OperationOf<'convolution'>,
  bias?: Tensor,
): Tensor {
  // A bias is float32 whatever the maps are.
  const biased = (result: Tensor) =>
    bias === undefined
      ? result
      : cast(scope, biasAdd(scope, cast(scope, result, 'float32'), cast(scope, bias, 'float32')), result.dataType);
  if (weights.shape.length === 4) {
    const { kernel, stride, padding } = operation;
    return biased(convolution(scope, maps, weights, { size: kernel, stride, padding }));
  }
  const seen = subsample(scope, maps, operation.stride);
  const pixels = reshape(scope, seen, [-1, channelsOf(seen.shape)]);
  const mixed = biased(matMul(scope, pixels, weights, { b: true }));
  return reshape(scope, mixed, withChannels(seen.shape, at(weights.shape, 0)));
}

/** Every `stride`-th pixel of every `stride`-th row: the mean of windows of one pixel. */
function subsample(scope: Scope, maps: Tensor, stride: number): Tensor {
  return stride === 1 ? maps : averagePool(scope, maps, [1, 1], [stride, stride]);
}

/** Option A of He et al.: every `stride`-th pixel, with zero channels appended up to `channels`. */
export function shortcut(scope: Scope, maps: Tensor, stride: number, channels: number): Tensor {
  const seen = subsample(scope, maps, stride);
  const missing = channels - channelsOf(seen.shape);
  const none: readonly [number, number] = [0, 0];
  return missing === 0 ? seen : pad(scope, seen, [none, none, none, [0, missing]]);
}

/** made · gate + carried · (1 - gate), with one product less: carried + gate · (made - carried). */
export function mix(scope: Scope, made: Tensor, gate: Tensor, carried: Tensor): Tensor {
  return add(scope, carried, multiply(scope, gate, subtract(scope, made, carried)));
}

/** Means over square windows, floored at the border. */
export function poolAverages(scope: Scope, maps: Tensor, operation: OperationOf<'averagePool'>): Tensor {
  const { size, stride } = operation;
  return averagePool(scope, maps, [size, size], [stride, stride]);
}

/** Maxima over square windows. Padding with zeros is padding with minus infinity, because a ReLU comes before. */
export function poolMaxima(scope: Scope, maps: Tensor, operation: OperationOf<'maxPool'>): Tensor {
  const { size, stride, padding } = operation;
  const margin: readonly [number, number] = [padding, padding];
  const padded = padding === 0 ? maps : pad(scope, maps, [[0, 0], margin, margin, [0, 0]]);
  return maxPool(scope, padded, [size, size], [stride, stride]);
}

/** Means over height and width: [n, channels] of [n, h, w, channels]. */
export function poolGlobally(scope: Scope, maps: Tensor): Tensor {
  const whole: readonly [number, number] = [at(maps.shape, 1), at(maps.shape, 2)];
  return reshape(scope, averagePool(scope, maps, whole, whole), [-1, channelsOf(maps.shape)]);
}

/** features · weights + bias: [n, out] of [n, in]. */
export function classify(scope: Scope, features: Tensor, weights: Tensor, bias: Tensor): Tensor {
  return biasAdd(scope, matMul(scope, features, weights), bias);
}

/** The layers of a plan by name, and who reads whom. */
export class PlanIndex {
  readonly #layers: ReadonlyMap<string, PlannedLayer>;
  readonly #readers = new Map<string, PlannedLayer[]>();

  constructor(plan: LayerPlan) {
    this.#layers = new Map(plan.layers.map((layer) => [layer.name, layer]));
    for (const layer of plan.layers) {
      for (const input of layer.inputs) this.#readers.set(input, [...(this.#readers.get(input) ?? []), layer]);
    }
  }

  /** The layer called `name`. */
  layer(name: string): PlannedLayer {
    return lookUp(this.#layers, name);
  }

  /** The only layer that reads `layer`; undefined when there are more, or none. */
  onlyReader(layer: PlannedLayer): PlannedLayer | undefined {
    const readers = this.#readers.get(layer.name) ?? [];
    return readers.length === 1 ? readers[0] : undefined;
  }

  /** The layer that `layer` reads first. */
  source(layer: PlannedLayer): PlannedLayer {
    return this.layer(at(layer.inputs, 0));
  }

  /**
   * The 1x1 convolution that nothing but this average pool reads, if there is one: the two commute, and after pooling
   * the convolution has a quarter of the work. `through` tells which layers in between do nothing.
   */
  pooledConvolution(pool: PlannedLayer, through: (layer: PlannedLayer) => boolean): PlannedLayer | undefined {
    if (pool.operation.kind !== 'averagePool') return undefined;
    const source = this.soleSource(pool, through);
    return source !== undefined && isPointwise(source) && convolutionOf(source).stride === 1 ? source : undefined;
  }

  /** What `layer` reads, past the layers that do nothing, provided that nobody else reads it on the way. */
  soleSource(layer: PlannedLayer, through: (layer: PlannedLayer) => boolean): PlannedLayer | undefined {
    let source = this.source(layer);
    while (this.onlyReader(source) !== undefined) {
      if (!through(source)) return source;
      source = this.source(source);
    }
    return undefined;
  }
}

/** The operation of a layer that must be a convolution. */
export function convolutionOf(layer: PlannedLayer): OperationOf<'convolution'> {
  return layer.operation.kind === 'convolution' ? layer.operation : illegal(`${layer.name} is no convolution`);
}

/** Whether a convolution has a bias. */
export function hasBias({ tensors }: PlannedLayer): boolean {
  return tensors.some(({ role }) => role === 'bias');
}
