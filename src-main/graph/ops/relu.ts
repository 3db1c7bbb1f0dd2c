/** Relu: max(x, 0). */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Relu is legal, and what it gives. */
export const reluRule: OpRule = {
  op: 'Relu',
  inputs: ['floating'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: at(inputs, 0).dataType, shape: at(inputs, 0).shape }],
};

/** max(x, 0), elementwise. */
export function relu(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(reluRule, [x], { T: attribute.type(x.dataType) });
}
