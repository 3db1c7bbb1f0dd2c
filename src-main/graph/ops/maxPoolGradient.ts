/** MaxPoolGrad: gives the gradient of each window to its largest element. */

import type { Attributes } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';
import { POOLING_ATTRIBUTES, pooledShape } from './window.ts';

/** When a MaxPoolGrad is legal, and what it gives. */
export const maxPoolGradientRule: OpRule = {
  op: 'MaxPoolGrad',
  inputs: ['floating', 'floating', 'floating'],
  attributes: POOLING_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const { dataType, shape } = at(inputs, 0);
    requireAgreement(at(inputs, 1).shape, pooledShape(shape, attributes));
    requireAgreement(at(inputs, 2).shape, at(inputs, 1).shape);
    return [{ dataType, shape }];
  },
};

/** Gradient of MaxPool's argument from that of its `result`; `attributes` are MaxPool's. */
export function maxPoolGradient(
  scope: Scope,
  argument: Tensor,
  result: Tensor,
  gradient: Tensor,
  attributes: Attributes,
): Tensor {
  return scope.addTensor(maxPoolGradientRule, [argument, result, gradient], attributes);
}
