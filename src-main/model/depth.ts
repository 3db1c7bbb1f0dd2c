/** A network of another depth, otherwise the same. */

import type { ModelSpec } from '../contract/model.ts';
import { defaultGateBias } from './baselines.ts';
import { listOf } from './nearest.ts';
import { depthOf, IMAGENET_BLOCKS, modelInvalid, titleOf, variantOf } from './spec.ts';

/**
 * The network with `depth` layers, counted as in `depthOf`, in blocks or stages of equal length; of the ImageNet networks in
 * the published ones. Null for a family whose layers are listed one by one.
 * @throws DenseLabError `model-invalid` with the nearest depths that fit
 */
export function withDepth(spec: ModelSpec, depth: number): ModelSpec | null {
  if (spec.family === 'inception') return null;
  const published = publishedBlocks(spec, depth);
  if (published !== undefined) return published;
  const least = depthOf(withUnits(spec, 1));
  const step = depthOf(withUnits(spec, 2)) - least;
  const units = 1 + (depth - least) / step;
  if (Number.isInteger(units) && units >= 1) return withUnits(spec, units);
  const below = least + step * Math.floor((depth - least) / step);
  const fitting = depth < least ? [least] : [below, below + step];
  throw modelInvalid(
    `A depth of ${String(depth)} does not fit ${titleOf(spec)}: it has ${String(step)}n + ${String(least - step)} layers.`,
    `Use a depth of ${listOf(fitting.map(String))}.`,
  );
}

type Staged = Exclude<ModelSpec, { readonly family: 'inception' }>;

/** Blocks that are not of one length have no depth but those of the paper. */
function publishedBlocks(spec: Staged, depth: number): ModelSpec | undefined {
  if (spec.family !== 'densenet' || spec.stem !== 'imagenet' || variantOf(spec) !== 'BC') return undefined;
  const blockLayers = IMAGENET_BLOCKS.get(depth);
  return blockLayers === undefined ? undefined : { ...spec, blockLayers };
}

function withUnits(spec: Staged, units: number): ModelSpec {
  if (spec.family === 'densenet') return { ...spec, blockLayers: spec.blockLayers.map(() => units) };
  const deeper = { ...spec, unitsPerStage: spec.unitsPerStage.map(() => units) };
  if (deeper.family !== 'highway' || spec.family !== 'highway') return deeper;
  // The paper's bias follows from the depth, unless a person chose another one.
  const follows = spec.gateBias === defaultGateBias(depthOf(spec));
  return follows ? { ...deeper, gateBias: defaultGateBias(depthOf(deeper)) } : deeper;
}
