/** Size: the number of elements of a tensor, known when running. */

import { attribute } from '../attributes.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Size is legal, and what it gives. */
export const sizeRule: OpRule = {
  op: 'Size',
  inputs: ['any'],
  attributes: { T: 'type', out_type: 'type' },
  infer: () => [{ dataType: 'int32', shape: [] }],
};

/** Number of elements of `x`, int32 []. */
export function sizeOf(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(sizeRule, [x], { T: attribute.type(x.dataType), out_type: attribute.type('int32') });
}
