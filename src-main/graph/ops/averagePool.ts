/** AvgPool: means of windows of NHWC maps; what does not fill a window is left out. */

import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';
import { POOLING_ATTRIBUTES, pooledShape, poolingAttributes } from './window.ts';

/** When an AvgPool is legal, and what it gives. */
export const averagePoolRule: OpRule = {
  op: 'AvgPool',
  inputs: ['float32'],
  attributes: POOLING_ATTRIBUTES,
  infer: (inputs, attributes) => [{ dataType: 'float32', shape: pooledShape(at(inputs, 0).shape, attributes) }],
};

/** Means over windows of `size` = [height, width], `stride` apart. */
export function averagePool(
  scope: Scope,
  x: Tensor,
  size: readonly [number, number],
  stride: readonly [number, number],
): Tensor {
  return scope.addTensor(averagePoolRule, [x], poolingAttributes(size, stride));
}
