/** ReluGrad: lets a gradient through where the ReLU did. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a ReluGrad is legal, and what it gives. */
export const reluGradientRule: OpRule = {
  op: 'ReluGrad',
  inputs: ['floating', 'floating'],
  attributes: { T: 'type' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 0);
    requireAgreement(shape, at(inputs, 1).shape);
    return [{ dataType, shape }];
  },
};

/** `gradient` where `features` (argument or result of the ReLU) is above 0, and 0 elsewhere. */
export function reluGradient(scope: Scope, gradient: Tensor, features: Tensor): Tensor {
  return scope.addTensor(reluGradientRule, [gradient, features], { T: attribute.type(gradient.dataType) });
}
