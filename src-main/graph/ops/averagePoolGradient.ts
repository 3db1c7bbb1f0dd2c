/** AvgPoolGrad: spreads a gradient evenly over the windows. */

import type { Attributes } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';
import { POOLING_ATTRIBUTES, pooledShape } from './window.ts';

/** When an AvgPoolGrad is legal, and what it gives. */
export const averagePoolGradientRule: OpRule = {
  op: 'AvgPoolGrad',
  inputs: ['int32', 'floating'],
  attributes: POOLING_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const shape = knownValues(at(inputs, 0));
    requireAgreement(at(inputs, 1).shape, pooledShape(shape, attributes));
    return [{ dataType: at(inputs, 1).dataType, shape }];
  },
};

/** Gradient of AvgPool's argument, which has the sizes `inputShape` (int32 [4]); `attributes` are AvgPool's. */
export function averagePoolGradient(
  scope: Scope,
  inputShape: Tensor,
  gradient: Tensor,
  attributes: Attributes,
): Tensor {
  return scope.addTensor(averagePoolGradientRule, [inputShape, gradient], attributes);
}
