/**
 * Where each tensor of the plan lives inside the graph. All parameters lie in one vector, all moving averages in
 * another, because one large update costs a fraction of hundreds of small ones.
 *
 * Two things differ from the checkpoint's form. Channels that a BatchNorm reads are padded with zeros to a multiple of
 * 16, which fill one AVX-512 register (oneDNN's BatchNorm is several times slower otherwise); zeros in gamma, beta and the
 * weights' rows keep the padding at zero, forward and backward. And 1x1 kernels are stored [out, in], the form in which
 * their MatMuls are fastest.
 */

import type { LayerOperation, LayerPlan, PlannedLayer, PlannedTensor } from '../../contract/model.ts';
import { at, lookUp } from '../illegal.ts';
import type { Shape, Tensor } from '../node.ts';
import { pad } from '../ops/pad.ts';
import { reshape } from '../ops/reshape.ts';
import { slice } from '../ops/slice.ts';
import { transpose } from '../ops/transpose.ts';
import type { Scope } from '../scope.ts';
import { elementCount, paddedChannels } from '../shapes.ts';

/** A tensor of the plan and its place in one of the two vectors. */
export interface StoredTensor {
  readonly planned: PlannedTensor;
  /** Shape inside the graph: padded, and [out, in] for a 1x1 kernel. */
  readonly shape: Shape;
  /** Position of its first element. */
  readonly offset: number;
  /** Its elements, padding included. */
  readonly size: number;
}

/** The contents of the two vectors, in the plan's order. */
export interface StateLayout {
  readonly parameters: readonly StoredTensor[];
  readonly movingAverages: readonly StoredTensor[];
}

/** Lays out the state of a plan. */
export function layOutState(plan: LayerPlan): StateLayout {
  const channels = channelsInside(plan);
  const shapes = plan.layers.flatMap((layer) => {
    const source = layer.inputs[0];
    const inputs = source === undefined ? 0 : lookUp(channels, source);
    return layer.tensors.map((planned) => ({ planned, shape: storedShape(planned, layer, inputs) }));
  });
  return {
    parameters: placeOneAfterAnother(shapes.filter(({ planned }) => planned.trainable)),
    movingAverages: placeOneAfterAnother(shapes.filter(({ planned }) => !planned.trainable)),
  };
}

/** Where each layer's tensors lie in a vector: a plan's order keeps them side by side. */
export function placesOfLayers(
  { layers }: LayerPlan,
  tensors: readonly StoredTensor[],
): readonly { readonly layer: string; readonly offset: number; readonly size: number }[] {
  return layers.flatMap((layer) => {
    const own = tensors.filter(({ planned }) => layer.tensors.includes(planned));
    const [first] = own;
    return first === undefined ? [] : [{ layer: layer.name, offset: first.offset, size: totalSize(own) }];
  });
}

/** Whether a layer is a 1x1 convolution, which is computed as a MatMul. */
export function isPointwise(layer: PlannedLayer): boolean {
  const { operation } = layer;
  return operation.kind === 'convolution' && operation.kernel === 1 && operation.padding === 0;
}

/** Elements of one vector. */
export function totalSize(tensors: readonly StoredTensor[]): number {
  return tensors.reduce((sum, { size }) => sum + size, 0);
}

/** From the checkpoint's shape to the graph's, flat: [size]. */
export function toStored(scope: Scope, value: Tensor, stored: StoredTensor): Tensor {
  const turned = isTurned(stored) ? transpose(scope, reshape(scope, value, value.shape.slice(2)), [1, 0]) : value;
  const missing = stored.shape.map((size, axis): readonly [number, number] => [0, size - at(turned.shape, axis)]);
  const isWhole = missing.every(([, after]) => after === 0);
  return reshape(scope, isWhole ? turned : pad(scope, turned, missing), [stored.size]);
}

/** From one of the flat vectors to the checkpoint's shape of one tensor. */
export function toCheckpoint(scope: Scope, flat: Tensor, stored: StoredTensor): Tensor {
  const { shape } = stored.planned;
  const cut = reshape(scope, slice(scope, flat, [stored.offset], [stored.size]), stored.shape);
  if (!isTurned(stored))
    return slice(
      scope,
      cut,
      shape.map(() => 0),
      shape,
    );
  const [inputs, outputs] = [at(shape, 2), at(shape, 3)];
  const kept = slice(scope, cut, [0, 0], [outputs, inputs]);
  return reshape(scope, transpose(scope, kept, [1, 0]), shape);
}

/** A 1x1 kernel, [1, 1, in, out] in checkpoints and [out, in] here. */
function isTurned({ planned, shape }: StoredTensor): boolean {
  return planned.shape.length === 4 && shape.length === 2;
}

/** What leaves channels that are padding where they are; everything else hands on the plan's alone. */
const PASSING_CHANNELS_ON: ReadonlySet<LayerOperation['kind']> = new Set([
  ...(['batchNorm', 'relu', 'dropout', 'stochasticDepth', 'averagePool', 'maxPool', 'globalAveragePool'] as const),
]);

/** Channels that each layer's output has inside the graph, padding included. */
function channelsInside(plan: LayerPlan): ReadonlyMap<string, number> {
  const channels = new Map<string, number>();
  for (const layer of plan.layers) {
    const planned = at(layer.outputShape, layer.outputShape.length - 1);
    const { kind } = layer.operation;
    const inherited = PASSING_CHANNELS_ON.has(kind) ? lookUp(channels, at(layer.inputs, 0)) : planned;
    channels.set(layer.name, kind === 'batchNorm' ? paddedChannels(inherited) : inherited);
  }
  return channels;
}

function storedShape(planned: PlannedTensor, layer: PlannedLayer, inputs: number): Shape {
  const { shape, role } = planned;
  if (role === 'bias') return shape;
  if (role !== 'weights') return [paddedChannels(inputs)];
  if (layer.operation.kind === 'linear') return [inputs, at(shape, 1)];
  const outputs = at(shape, 3);
  return isPointwise(layer) ? [outputs, inputs] : [at(shape, 0), at(shape, 1), inputs, outputs];
}

function placeOneAfterAnother(
  tensors: readonly { readonly planned: PlannedTensor; readonly shape: Shape }[],
): readonly StoredTensor[] {
  let offset = 0;
  return tensors.map(({ planned, shape }) => {
    const stored = { planned, shape, offset, size: elementCount(shape) };
    offset += stored.size;
    return stored;
  });
}
