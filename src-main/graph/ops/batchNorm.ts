/** FusedBatchNormV3 in training: normalises by the statistics of the batch (Ioffe and Szegedy 2015). */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { outputOf, type Scope } from '../scope.ts';
import { channelsOf, requireAgreement, requireRank } from '../shapes.ts';
import { floats } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a FusedBatchNormV3 is legal, and what it gives. */
export const batchNormRule: OpRule = {
  op: 'FusedBatchNormV3',
  inputs: ['floating', 'float32', 'float32', 'float32', 'float32'],
  attributes: { T: 'type', U: 'type', epsilon: 'float', data_format: 'string', is_training: 'bool' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 0);
    requireRank(shape, 4);
    const perChannel = [channelsOf(shape)];
    for (const parameter of inputs.slice(1, 3)) requireAgreement(parameter.shape, perChannel);
    for (const moving of inputs.slice(3)) requireAgreement(moving.shape, [0]);
    const statistics = Array.from({ length: 4 }, () => ({ dataType: 'float32', shape: perChannel }) as const);
    // The last output is for the gradient kernel alone; its size is the kernel's own business.
    return [{ dataType, shape }, ...statistics, { dataType: 'float32', shape: [-1] }];
  },
};

/** A normalised batch and the statistics that normalised it. */
export interface NormalisedBatch {
  /** As the argument, [n, h, w, channels]. */
  readonly output: Tensor;
  /** Mean over n, h and w, [channels]. */
  readonly mean: Tensor;
  /** Variance over n, h and w with Bessel's correction, [channels]. */
  readonly variance: Tensor;
}

/** gamma · (x - mean) / √(variance + epsilon) + beta over `x` [n, h, w, channels]. */
export function batchNorm(scope: Scope, x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): NormalisedBatch {
  const none = floats(scope, []);
  const node = scope.add(batchNormRule, [x, gamma, beta, none, none], {
    T: attribute.type(x.dataType),
    U: attribute.type('float32'),
    epsilon: attribute.float(epsilon),
    data_format: attribute.string('NHWC'),
    is_training: attribute.bool(true),
  });
  return { output: outputOf(node), mean: outputOf(node, 1), variance: outputOf(node, 2) };
}
