/** Slice: a box cut out of a tensor. */

import { attribute } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Shape, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireRank } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a Slice is legal, and what it gives. */
export const sliceRule: OpRule = {
  op: 'Slice',
  inputs: ['any', 'int32', 'int32'],
  attributes: { T: 'type', Index: 'type' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 0);
    const begin = knownValues(at(inputs, 1));
    const sizes = knownValues(at(inputs, 2));
    requireRank(begin, shape.length);
    requireRank(sizes, shape.length);
    return [{ dataType, shape: shape.map((size, axis) => slicedSize(size, at(begin, axis), at(sizes, axis))) }];
  },
};

/** -1 takes all that is left. */
function slicedSize(size: number, begin: number, wanted: number): number {
  if (size === -1) return wanted;
  const sliced = wanted === -1 ? size - begin : wanted;
  if (begin < 0 || sliced < 0 || begin + sliced > size) illegal(`elements ${begin} to ${begin + sliced} of ${size}`);
  return sliced;
}

/** The box of `x` from `begin` with the given sizes; -1 takes all that is left along an axis. */
export function slice(scope: Scope, x: Tensor, begin: Shape, sizes: Shape): Tensor {
  const inputs = [x, integers(scope, begin), integers(scope, sizes)];
  return scope.addTensor(sliceRule, inputs, { T: attribute.type(x.dataType), Index: attribute.type('int32') });
}
