/** AssignVariableOp: gives a variable a new value. */

import { attribute, attributeOf } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { GraphNode, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';
import type { Variable } from './variable.ts';

/** When an AssignVariableOp is legal, and what it gives. */
export const assignVariableRule: OpRule = {
  op: 'AssignVariableOp',
  inputs: ['resource', 'float32'],
  attributes: { dtype: 'type' },
  infer: (inputs) => {
    requireAgreement(at(inputs, 1).shape, attributeOf(at(inputs, 0).node.attributes, 'shape', 'shape'));
    return [];
  },
};

/** Sets `variable` to `value`; runs when something waits for the returned node. */
export function assignVariable(scope: Scope, variable: Variable, value: Tensor): GraphNode {
  return scope.add(assignVariableRule, [variable.handle, value], { dtype: attribute.type('float32') });
}
