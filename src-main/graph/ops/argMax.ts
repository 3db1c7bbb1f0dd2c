/** ArgMax over the last axis of a matrix. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireRank } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When an ArgMax is legal, and what it gives. */
export const argMaxRule: OpRule = {
  op: 'ArgMax',
  inputs: ['float32', 'int32'],
  attributes: { T: 'type', Tidx: 'type', output_type: 'type' },
  infer: (inputs) => {
    const { shape } = at(inputs, 0);
    requireRank(shape, 2);
    return [{ dataType: 'int32', shape: [at(shape, 0)] }];
  },
};

/** Column of the largest element of each row of `x` [n, m], the first of equals; int32 [n]. */
export function argMax(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(argMaxRule, [x, integers(scope, [1], [])], {
    T: attribute.type('float32'),
    Tidx: attribute.type('int32'),
    output_type: attribute.type('int32'),
  });
}
