/** Shape: the sizes of a tensor, known when running. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Shape is legal, and what it gives. */
export const shapeRule: OpRule = {
  op: 'Shape',
  inputs: ['any'],
  attributes: { T: 'type', out_type: 'type' },
  infer: (inputs) => [{ dataType: 'int32', shape: [at(inputs, 0).shape.length] }],
};

/** Sizes of `x`, int32 [rank]. */
export function shapeOf(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(shapeRule, [x], { T: attribute.type(x.dataType), out_type: attribute.type('int32') });
}
