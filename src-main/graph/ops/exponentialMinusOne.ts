/** Expm1: exp(x) - 1, exact also where x is near 0. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When an Expm1 is legal, and what it gives. */
export const exponentialMinusOneRule: OpRule = {
  op: 'Expm1',
  inputs: ['float32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: at(inputs, 0).shape }],
};

/** exp(x) - 1, elementwise; float32. */
export function exponentialMinusOne(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(exponentialMinusOneRule, [x], { T: attribute.type('float32') });
}
