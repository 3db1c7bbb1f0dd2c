/** AvgPool: means of windows of NHWC maps; what does not fill a window is left out. */

import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';
import { POOLING_ATTRIBUTES, pooledShape, poolingAttributes } from './window.ts';

/** When an AvgPool is legal, and what it gives. */
export const averagePoolRule: OpRule = {
  op: 'AvgPool',
  inputs: ['floating'],
  attributes: POOLING_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const { dataType, shape } = at(inputs, 0);
    return [{ dataType, shape: pooledShape(shape, attributes) }];
  },
};

/** Means over windows of `size` = [height, width], `stride` apart. */
export function averagePool(
  scope: Scope,
  x: Tensor,
  size: readonly [number, number],
  stride: readonly [number, number],
): Tensor {
  return scope.addTensor(averagePoolRule, [x], poolingAttributes(x.dataType, size, stride));
}
