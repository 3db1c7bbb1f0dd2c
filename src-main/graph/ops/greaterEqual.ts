/** GreaterEqual: whether a ≥ b, with broadcasting. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a GreaterEqual is legal, and what it gives. */
export const greaterEqualRule: OpRule = {
  op: 'GreaterEqual',
  inputs: ['float32', 'float32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'bool', shape: broadcastShape(at(inputs, 0).shape, at(inputs, 1).shape) }],
};

/** Whether a ≥ b, elementwise with broadcasting; float32 to bool. */
export function greaterEqual(scope: Scope, a: Tensor, b: Tensor): Tensor {
  return scope.addTensor(greaterEqualRule, [a, b], { T: attribute.type('float32') });
}
