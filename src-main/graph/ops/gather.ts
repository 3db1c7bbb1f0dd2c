/** GatherV2: elements picked along one axis, another choice for each item of the batch. */

import { attribute, attributeOf } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireRank } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a GatherV2 is legal, and what it gives. */
export const gatherRule: OpRule = {
  op: 'GatherV2',
  inputs: ['any', 'int32', 'int32'],
  attributes: { batch_dims: 'int', Tparams: 'type', Tindices: 'type', Taxis: 'type' },
  infer: (inputs, attributes) => {
    const { dataType, shape } = at(inputs, 0);
    const indices = at(inputs, 1);
    requireRank(indices.shape, 2);
    if (attributeOf(attributes, 'batch_dims', 'int') !== 1) illegal('GatherV2 is used with one batch axis only');
    const axis = at(knownValues(at(inputs, 2)), 0);
    const picked = at(indices.shape, 1);
    return [{ dataType, shape: shape.map((size, position) => (position === axis ? picked : size)) }];
  },
};

/** `x` with `indices[i]` (int32 [n, picked]) picked along `axis` (at least 1) of item i. */
export function gatherPerItem(scope: Scope, x: Tensor, indices: Tensor, axis: number): Tensor {
  return scope.addTensor(gatherRule, [x, indices, integers(scope, [axis], [])], {
    batch_dims: attribute.int(1),
    Tparams: attribute.type(x.dataType),
    Tindices: attribute.type('int32'),
    Taxis: attribute.type('int32'),
  });
}
