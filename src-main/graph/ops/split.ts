/** SplitV: a vector cut into consecutive pieces. */

import { attribute, attributeOf } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { outputsOf, type Scope } from '../scope.ts';
import { knownValues, requireRank } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a SplitV is legal, and what it gives. */
export const splitRule: OpRule = {
  op: 'SplitV',
  inputs: ['any', 'int32', 'int32'],
  attributes: { num_split: 'int', T: 'type', Tlen: 'type' },
  infer: (inputs, attributes) => {
    const { dataType, shape } = at(inputs, 0);
    requireRank(shape, 1);
    const sizes = knownValues(at(inputs, 1));
    if (sizes.length !== attributeOf(attributes, 'num_split', 'int')) illegal('SplitV counts its pieces wrongly');
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total !== shape[0]) illegal(`SplitV cuts ${total} elements out of [${shape.join(',')}]`);
    return sizes.map((size) => ({ dataType, shape: [size] }));
  },
};

/** Pieces of the vector `x` of the given sizes, which sum to its own. */
export function split(scope: Scope, x: Tensor, sizes: readonly number[]): readonly Tensor[] {
  const inputs = [x, integers(scope, sizes), integers(scope, [0], [])];
  const node = scope.add(splitRule, inputs, {
    num_split: attribute.int(sizes.length),
    T: attribute.type(x.dataType),
    Tlen: attribute.type('int32'),
  });
  return outputsOf(node);
}
