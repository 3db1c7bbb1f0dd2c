/** Transpose: axes in another order. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireRank } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a Transpose is legal, and what it gives. */
export const transposeRule: OpRule = {
  op: 'Transpose',
  inputs: ['any', 'int32'],
  attributes: { T: 'type', Tperm: 'type' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 0);
    const order = knownValues(at(inputs, 1));
    requireRank(order, shape.length);
    return [{ dataType, shape: order.map((axis) => at(shape, axis)) }];
  },
};

/** `x` with axis i of the result being axis `order[i]` of `x`. */
export function transpose(scope: Scope, x: Tensor, order: readonly number[]): Tensor {
  const attributes = { T: attribute.type(x.dataType), Tperm: attribute.type('int32') };
  return scope.addTensor(transposeRule, [x, integers(scope, order)], attributes);
}
