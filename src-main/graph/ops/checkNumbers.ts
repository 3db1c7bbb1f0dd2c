/** CheckNumerics: a tensor that must be finite. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { GraphNode, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a CheckNumerics is legal, and what it gives. */
export const checkNumbersRule: OpRule = {
  op: 'CheckNumerics',
  inputs: ['float32'],
  attributes: { T: 'type', message: 'string' },
  infer: (inputs) => [{ dataType: 'float32', shape: at(inputs, 0).shape }],
};

/** Fails the run with `what` in its message when float32 `x` holds NaN or an infinity; nothing that waits for it has run then. */
export function checkNumbers(scope: Scope, x: Tensor, what: string): GraphNode {
  return scope.add(checkNumbersRule, [x], { T: attribute.type('float32'), message: attribute.string(what) });
}
