/** AssignSubVariableOp: subtracts from a variable in place. */

import { attribute } from '../attributes.ts';
import type { GraphNode, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { assignVariableRule } from './assignVariable.ts';
import type { OpRule } from './rule.ts';
import type { Variable } from './variable.ts';

/** When an AssignSubVariableOp is legal: as an assignment. */
export const subtractFromVariableRule: OpRule = { ...assignVariableRule, op: 'AssignSubVariableOp' };

/** Subtracts `value` from `variable`; runs when something waits for the returned node. */
export function subtractFromVariable(scope: Scope, variable: Variable, value: Tensor): GraphNode {
  return scope.add(subtractFromVariableRule, [variable.handle, value], { dtype: attribute.type('float32') });
}
