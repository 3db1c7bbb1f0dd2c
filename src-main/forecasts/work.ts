/** What there is to compute for one image, by kinds that cost differently. */

import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import type { Kernels } from '../contract/run.ts';
import { isRepeatable } from '../model/recomputation.ts';

/** Amounts of one image, and of one step. */
export interface Work {
  /** Multiply-adds of 1x1 convolutions and of the classifier, and of all larger ones, as kernels pad them. */
  readonly pointwise: number;
  readonly spatial: number;
  /** Elements of maps that are read or written besides: by BatchNorm, ReLU, concatenation, sums, pools. */
  readonly moved: number;
  /** Those of them that recomputation makes again. */
  readonly repeatable: number;
  /** Layers, each with what it costs to be called. */
  readonly layers: number;
  /** Trainable scalars, which the optimizer changes once a step. */
  readonly parameters: number;
}

/** TensorFlow's kernels compute maps in groups of so many: 512 bits of float32. */
const LANES = 16;
/** Block kernels compute maps in groups of so many, and rows of pixels in whole vectors or halves of them. */
const TILE_ROWS = 4;
const HALF_LANES = 8;

/** Counts the work of a network. A 1x1 convolution before a pool is computed after it, as the compiler has it. */
export function workOf(plan: LayerPlan, kernels: Kernels): Work {
  const pooled = new Map(
    plan.layers.flatMap(({ inputs, operation }) =>
      operation.kind === 'averagePool' ? inputs.map((input) => [input, operation.size ** 2] as const) : [],
    ),
  );
  let [pointwise, spatial, moved, repeatable] = [0, 0, 0, 0];
  for (const layer of plan.layers) {
    const work = paddedMultiplyAdds(layer, kernels) / (pooled.get(layer.name) ?? 1);
    if (layer.operation.kind === 'convolution' && layer.operation.kernel > 1) spatial += work;
    else pointwise += work;
    const elements = layer.outputShape.reduce((product, size) => product * size, 1);
    // Block kernels read the maps of earlier layers where they lie.
    if (kernels === 'stock' || layer.operation.kind !== 'concat') moved += elements;
    if (isRepeatable(layer)) repeatable += elements;
  }
  return { pointwise, spatial, moved, repeatable, layers: plan.layers.length, parameters: plan.parameters };
}

function paddedMultiplyAdds({ multiplyAdds, outputShape }: PlannedLayer, kernels: Kernels): number {
  const channels = outputShape.at(-1) ?? 1;
  if (kernels === 'stock') return multiplyAdds * padding(channels, LANES);
  const width = outputShape.length === 3 ? (outputShape[1] ?? 1) : LANES;
  return multiplyAdds * padding(channels, TILE_ROWS) * padding(width, width <= HALF_LANES ? HALF_LANES : LANES);
}

/** How much more is computed in whole groups. */
function padding(count: number, group: number): number {
  return (group * Math.ceil(count / group)) / count;
}
