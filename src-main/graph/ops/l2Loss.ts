/** L2Loss: half the sum of squares. */

import { attribute } from '../attributes.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When an L2Loss is legal, and what it gives. */
export const l2LossRule: OpRule = {
  op: 'L2Loss',
  inputs: ['float32'],
  attributes: { T: 'type' },
  infer: () => [{ dataType: 'float32', shape: [] }],
};

/** Half the sum of the squares of all elements, a scalar; float32. */
export function l2Loss(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(l2LossRule, [x], { T: attribute.type('float32') });
}
