/** BroadcastTo: a tensor repeated to a larger shape. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape, knownValues } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a BroadcastTo is legal, and what it gives. */
export const broadcastRule: OpRule = {
  op: 'BroadcastTo',
  inputs: ['any', 'int32'],
  attributes: { T: 'type', Tidx: 'type' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 0);
    return [{ dataType, shape: broadcastShape(shape, knownValues(at(inputs, 1))) }];
  },
};

/** `x` repeated along its axes of size 1 to the sizes `shape` (int32 [rank]). */
export function broadcastTo(scope: Scope, x: Tensor, shape: Tensor): Tensor {
  const attributes = { T: attribute.type(x.dataType), Tidx: attribute.type('int32') };
  return scope.addTensor(broadcastRule, [x, shape], attributes);
}
