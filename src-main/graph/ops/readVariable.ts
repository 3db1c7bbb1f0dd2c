/** ReadVariableOp: the value of a variable. */

import { attribute, attributeOf } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';
import type { Variable } from './variable.ts';

/** When a ReadVariableOp is legal, and what it gives. */
export const readVariableRule: OpRule = {
  op: 'ReadVariableOp',
  inputs: ['resource'],
  attributes: { dtype: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: attributeOf(at(inputs, 0).node.attributes, 'shape', 'shape') }],
};

/** What `variable` holds before any update that does not come first by a control input. */
export function readVariable(scope: Scope, variable: Variable): Tensor {
  return scope.addTensor(readVariableRule, [variable.handle], { dtype: attribute.type('float32') });
}
