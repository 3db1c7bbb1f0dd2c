/** Maximum: the larger of two numbers, with broadcasting. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a Maximum is legal, and what it gives. */
export const maximumRule: OpRule = {
  op: 'Maximum',
  inputs: ['float32', 'float32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: broadcastShape(at(inputs, 0).shape, at(inputs, 1).shape) }],
};

/** The larger of a and b, elementwise with broadcasting; float32. */
export function maximum(scope: Scope, a: Tensor, b: Tensor): Tensor {
  return scope.addTensor(maximumRule, [a, b], { T: attribute.type('float32') });
}
