/** Mean of all elements. */

import { attribute, attributeOf } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a Mean is legal, and what it gives. */
export const meanRule: OpRule = {
  op: 'Mean',
  inputs: ['any', 'int32'],
  attributes: { T: 'type', Tidx: 'type', keep_dims: 'bool' },
  infer: (inputs, attributes) => {
    const { dataType, shape } = at(inputs, 0);
    if (at(at(inputs, 1).shape, 0) !== shape.length) illegal('Mean is used over all axes only');
    if (attributeOf(attributes, 'keep_dims', 'bool')) illegal('Mean is used without keep_dims only');
    return [{ dataType, shape: [] }];
  },
};

/** The mean of all elements of `x`, a scalar. */
export function mean(scope: Scope, x: Tensor): Tensor {
  const axes = integers(scope, Array.from(x.shape.keys()));
  return scope.addTensor(meanRule, [x, axes], {
    T: attribute.type(x.dataType),
    Tidx: attribute.type('int32'),
    keep_dims: attribute.bool(false),
  });
}
