/** Equal: whether a = b, with broadcasting. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When an Equal is legal, and what it gives. */
export const equalRule: OpRule = {
  op: 'Equal',
  inputs: ['int32', 'int32'],
  attributes: { T: 'type', incompatible_shape_error: 'bool' },
  infer: (inputs) => [{ dataType: 'bool', shape: broadcastShape(at(inputs, 0).shape, at(inputs, 1).shape) }],
};

/** Whether a = b, elementwise with broadcasting; int32 to bool. */
export function equal(scope: Scope, a: Tensor, b: Tensor): Tensor {
  return scope.addTensor(equalRule, [a, b], {
    T: attribute.type('int32'),
    incompatible_shape_error: attribute.bool(true),
  });
}
