/** BitwiseXor of whole numbers. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a BitwiseXor is legal, and what it gives. */
export const bitwiseXorRule: OpRule = {
  op: 'BitwiseXor',
  inputs: ['int32', 'int32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'int32', shape: broadcastShape(at(inputs, 0).shape, at(inputs, 1).shape) }],
};

/** a XOR b, elementwise with broadcasting; int32. */
export function bitwiseXor(scope: Scope, a: Tensor, b: Tensor): Tensor {
  return scope.addTensor(bitwiseXorRule, [a, b], { T: attribute.type('int32') });
}
