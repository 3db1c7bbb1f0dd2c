/** MaxPool: maxima of windows of NHWC maps. */

import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';
import { POOLING_ATTRIBUTES, pooledShape, poolingAttributes } from './window.ts';

/** When a MaxPool is legal, and what it gives. */
export const maxPoolRule: OpRule = {
  op: 'MaxPool',
  inputs: ['floating'],
  attributes: POOLING_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const { dataType, shape } = at(inputs, 0);
    return [{ dataType, shape: pooledShape(shape, attributes) }];
  },
};

/** Maxima over windows of `size` = [height, width], `stride` apart. */
export function maxPool(
  scope: Scope,
  x: Tensor,
  size: readonly [number, number],
  stride: readonly [number, number],
): Tensor {
  return scope.addTensor(maxPoolRule, [x], poolingAttributes(x.dataType, size, stride));
}
