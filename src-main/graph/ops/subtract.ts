/** Sub: a - b, with broadcasting. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a Sub is legal, and what it gives. */
export const subtractRule: OpRule = {
  op: 'Sub',
  inputs: ['floating', 'floating'],
  attributes: { T: 'type' },
  infer: (inputs) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    return [{ dataType: a.dataType, shape: broadcastShape(a.shape, b.shape) }];
  },
};

/** a - b, elementwise with broadcasting. */
export function subtract(scope: Scope, a: Tensor, b: Tensor): Tensor {
  return scope.addTensor(subtractRule, [a, b], { T: attribute.type(a.dataType) });
}
