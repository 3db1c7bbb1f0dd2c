/** FusedBatchNormGradV3 in training. */

import type { Attributes } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { outputsOf, type Scope } from '../scope.ts';
import { channelsOf, requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a FusedBatchNormGradV3 is legal, and what it gives. */
export const batchNormGradientRule: OpRule = {
  op: 'FusedBatchNormGradV3',
  inputs: ['floating', 'floating', 'float32', 'float32', 'float32', 'float32'],
  attributes: { T: 'type', U: 'type', epsilon: 'float', data_format: 'string', is_training: 'bool' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 1);
    requireAgreement(at(inputs, 0).shape, shape);
    const perChannel = { dataType: 'float32', shape: [channelsOf(shape)] } as const;
    const unused = { dataType: 'float32', shape: [0] } as const;
    return [{ dataType, shape }, perChannel, perChannel, unused, unused];
  },
};

/** Gradients of x, gamma and beta, in this order; `reserved` are outputs 3 to 5 of FusedBatchNormV3. */
export function batchNormGradient(
  scope: Scope,
  gradient: Tensor,
  x: Tensor,
  gamma: Tensor,
  reserved: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  return outputsOf(scope.add(batchNormGradientRule, [gradient, x, gamma, ...reserved], attributes)).slice(0, 3);
}
