/** SigmoidGrad: a gradient through the sigmoid. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a SigmoidGrad is legal, and what it gives. */
export const sigmoidGradientRule: OpRule = {
  op: 'SigmoidGrad',
  inputs: ['floating', 'floating'],
  attributes: { T: 'type' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 0);
    requireAgreement(shape, at(inputs, 1).shape);
    return [{ dataType, shape }];
  },
};

/** gradient · y · (1 - y), where `y` is the sigmoid's result. */
export function sigmoidGradient(scope: Scope, y: Tensor, gradient: Tensor): Tensor {
  return scope.addTensor(sigmoidGradientRule, [y, gradient], { T: attribute.type(gradient.dataType) });
}
