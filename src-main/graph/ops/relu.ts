/** Relu: max(x, 0). */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Relu is legal, and what it gives. */
export const reluRule: OpRule = {
  op: 'Relu',
  inputs: ['float32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: at(inputs, 0).shape }],
};

/** max(x, 0), elementwise; float32. */
export function relu(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(reluRule, [x], { T: attribute.type('float32') });
}
