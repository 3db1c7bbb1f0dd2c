/** Which parts of a plan are whole dense blocks that one native operation can compute. */

import type { LayerPlan, PlannedLayer } from '../../contract/model.ts';
import { at } from '../illegal.ts';
import type { DenseBlockForm } from '../ops/denseBlock.ts';

/** A run of layers of the plan: a dense block and the transition or the head's global average behind it. */
export interface BlockSegment {
  /** Scope of its node: `block1`. */
  readonly name: string;
  readonly form: DenseBlockForm;
  /** The layer that it reads. */
  readonly input: string;
  /** Its layers, in the plan's order; the last is the one that others read. */
  readonly layers: readonly PlannedLayer[];
}

/** The blocks of a DenseNet without dropout; none for any other network. */
export function blockSegments(plan: LayerPlan): readonly BlockSegment[] {
  const { spec } = plan;
  if (spec.family !== 'densenet' || spec.dropoutRate > 0) return [];
  return plan.blocks.map(({ index, layers, inputChannels }) => {
    const block = `block${String(index)}`;
    const isLast = index === plan.blocks.length;
    const first = plan.layers.findIndex(({ name }) => name === `${block}/layer1/norm1`);
    const last = plan.layers.findIndex(
      ({ name }) => name === (isLast ? 'head/pool' : `transition${String(index)}/pool`),
    );
    const inside = plan.layers.slice(first, last + 1);
    const { operation, inputs } = at(inside, 0);
    const form = {
      inputChannels,
      growthRate: spec.growthRate,
      layers,
      bottleneck: spec.bottleneck ? 4 * spec.growthRate : 0,
      transition: isLast ? 0 : at(at(inside, inside.length - 1).outputShape, 2),
      epsilon: operation.kind === 'batchNorm' ? operation.epsilon : 0,
    };
    return { name: block, form, input: at(inputs, 0), layers: inside };
  });
}
