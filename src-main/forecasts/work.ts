/** What there is to compute for one image, by kinds that cost differently. */

import type { LayerPlan, PlannedLayer } from '../contract/model.ts';

/** Amounts of one image, and of one step. */
export interface Work {
  /** Multiply-adds of 1x1 convolutions and of the classifier, and of all larger ones, as kernels pad them. */
  readonly pointwise: number;
  readonly spatial: number;
  /** Elements of maps that are read or written besides: by BatchNorm, ReLU, concatenation, sums, pools. */
  readonly moved: number;
  /** Layers, each with what it costs to be called. */
  readonly layers: number;
  /** Trainable scalars, which the optimizer changes once a step. */
  readonly parameters: number;
}

/** Kernels compute maps in groups of so many: 512 bits of float32. */
const LANES = 16;

/** Counts the work of a network. A 1x1 convolution before a pool is computed after it, as the compiler has it. */
export function workOf(plan: LayerPlan): Work {
  const pooled = new Map(
    plan.layers.flatMap(({ inputs, operation }) =>
      operation.kind === 'averagePool' ? inputs.map((input) => [input, operation.size ** 2] as const) : [],
    ),
  );
  let [pointwise, spatial, moved] = [0, 0, 0];
  for (const layer of plan.layers) {
    const work = paddedMultiplyAdds(layer) / (pooled.get(layer.name) ?? 1);
    if (layer.operation.kind === 'convolution' && layer.operation.kernel > 1) spatial += work;
    else pointwise += work;
    moved += layer.outputShape.reduce((product, size) => product * size, 1);
  }
  return { pointwise, spatial, moved, layers: plan.layers.length, parameters: plan.parameters };
}

function paddedMultiplyAdds({ multiplyAdds, outputShape }: PlannedLayer): number {
  const channels = outputShape.at(-1) ?? 1;
  return (multiplyAdds / channels) * LANES * Math.ceil(channels / LANES);
}
