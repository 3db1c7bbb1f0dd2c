/** SelectV2: one of two tensors, element by element. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a SelectV2 is legal, and what it gives. */
export const selectRule: OpRule = {
  op: 'SelectV2',
  inputs: ['bool', 'int32', 'int32'],
  attributes: { T: 'type' },
  infer: (inputs) => {
    const shape = broadcastShape(at(inputs, 0).shape, broadcastShape(at(inputs, 1).shape, at(inputs, 2).shape));
    return [{ dataType: 'int32', shape }];
  },
};

/** `whenTrue` where `condition` holds and `whenFalse` elsewhere, with broadcasting; int32. */
export function select(scope: Scope, condition: Tensor, whenTrue: Tensor, whenFalse: Tensor): Tensor {
  return scope.addTensor(selectRule, [condition, whenTrue, whenFalse], { T: attribute.type('int32') });
}
