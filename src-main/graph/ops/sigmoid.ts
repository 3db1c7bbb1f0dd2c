/** Sigmoid: 1 / (1 + exp(-x)). */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Sigmoid is legal, and what it gives. */
export const sigmoidRule: OpRule = {
  op: 'Sigmoid',
  inputs: ['floating'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: at(inputs, 0).dataType, shape: at(inputs, 0).shape }],
};

/** 1 / (1 + exp(-x)), elementwise. */
export function sigmoid(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(sigmoidRule, [x], { T: attribute.type(x.dataType) });
}
