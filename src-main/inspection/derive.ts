/** Maps that are handed on, computed from those that were made: BN and ReLU cost less here than another fetch does. */

import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { makesMaps } from '../graph/inspection.ts';

/** Weights of a network by name, in the plan's shapes. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** x · scale + shift, one of each per map. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** The layers of a plan by name. @throws Error (of `layer`) for a name that the plan does not have */
export function layersByName(plan: LayerPlan): (name: string) => PlannedLayer {
  const layers = new Map(plan.layers.map((layer) => [layer.name, layer]));
  return (name) => {
    const layer = layers.get(name);
    if (layer === undefined) throw new Error(`the network has no layer "${name}"`);
    return layer;
  };
}

/** Maps of a layer's output. */
export function mapsOf({ outputShape }: PlannedLayer): number {
  return outputShape.at(-1) ?? 0;
}

/** What BN does in evaluation: gamma / sqrt(variance + epsilon), and beta - mean · that. */
export function affineOf({ name, operation }: PlannedLayer, weights: Weights): Affine {
  if (operation.kind !== 'batchNorm') throw new Error(`${name} is no BatchNorm`);
  const of = (role: string): Float32Array => weights.get(`${name}/${role}`) ?? new Float32Array(0);
  const [beta, mean, variance] = [of('beta'), of('movingMean'), of('movingVariance')];
  const scale = Float64Array.from(
    of('gamma'),
    (gamma, map) => gamma / Math.sqrt((variance[map] ?? NaN) + operation.epsilon),
  );
  return { scale, shift: scale.map((factor, map) => (beta[map] ?? NaN) - (mean[map] ?? NaN) * factor) };
}

/**
 * The maps of any layer, [pixels, maps].
 * @param made those of a layer that makes maps, as they were fetched
 */
export function deriveMaps(
  layerOf: (name: string) => PlannedLayer,
  name: string,
  weights: Weights,
  made: (name: string) => Float32Array,
): Float32Array {
  const layer = layerOf(name);
  if (makesMaps(layer)) return made(name);
  const inputs = layer.inputs.map((input) => ({
    values: deriveMaps(layerOf, input, weights, made),
    maps: mapsOf(layerOf(input)),
  }));
  const [first] = inputs;
  if (first === undefined) throw new Error(`${name} reads nothing`);
  const { operation } = layer;
  switch (operation.kind) {
    case 'concat':
      return sideBySide(inputs);
    case 'batchNorm': {
      const { scale, shift } = affineOf(layer, weights);
      return first.values.map((value, at) => value * (scale[at % first.maps] ?? NaN) + (shift[at % first.maps] ?? NaN));
    }
    case 'relu':
      return first.values.map((value) => (value > 0 ? value : value <= 0 ? 0 : NaN));
    case 'stochasticDepth':
      return first.values.map((value) => value * operation.survival);
    default:
      return first.values;
  }
}

function sideBySide(inputs: readonly { readonly values: Float32Array; readonly maps: number }[]): Float32Array {
  const maps = inputs.reduce((sum, input) => sum + input.maps, 0);
  const pixels = (inputs[0]?.values.length ?? 0) / (inputs[0]?.maps ?? 1);
  const joined = new Float32Array(pixels * maps);
  let offset = 0;
  for (const input of inputs) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      joined.set(input.values.subarray(pixel * input.maps, (pixel + 1) * input.maps), pixel * maps + offset);
    }
    offset += input.maps;
  }
  return joined;
}
