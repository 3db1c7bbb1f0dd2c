/** Fill: one number everywhere. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { FloatingType, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues } from '../shapes.ts';
import { scalar } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a Fill is legal, and what it gives. */
export const fillRule: OpRule = {
  op: 'Fill',
  inputs: ['int32', 'floating'],
  attributes: { T: 'type', index_type: 'type' },
  infer: (inputs) => [{ dataType: at(inputs, 1).dataType, shape: knownValues(at(inputs, 0)) }],
};

/** `value` in every element of a tensor with the sizes `shape` (int32 [rank]). */
export function fill(scope: Scope, shape: Tensor, value: number, type: FloatingType = 'float32'): Tensor {
  const attributes = { T: attribute.type(type), index_type: attribute.type('int32') };
  return scope.addTensor(fillRule, [shape, scalar(scope, value, type)], attributes);
}
