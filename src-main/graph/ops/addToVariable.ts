/** AssignAddVariableOp: adds to a variable in place. */

import { attribute } from '../attributes.ts';
import type { GraphNode, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { assignVariableRule } from './assignVariable.ts';
import type { OpRule } from './rule.ts';
import type { Variable } from './variable.ts';

/** When an AssignAddVariableOp is legal: as an assignment. */
export const addToVariableRule: OpRule = { ...assignVariableRule, op: 'AssignAddVariableOp' };

/** Adds `value` to `variable`; runs when something waits for the returned node. */
export function addToVariable(scope: Scope, variable: Variable, value: Tensor): GraphNode {
  return scope.add(addToVariableRule, [variable.handle, value], { dtype: attribute.type('float32') });
}
