/** Identity: the same tensor under another name, or at a later time. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When an Identity is legal, and what it gives. */
export const identityRule: OpRule = {
  op: 'Identity',
  inputs: ['any'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: at(inputs, 0).dataType, shape: at(inputs, 0).shape }],
};

/** `x` under the name `name`; waits for the control inputs of `scope`. */
export function identity(scope: Scope, x: Tensor, name?: string): Tensor {
  return scope.addTensor(identityRule, [x], { T: attribute.type(x.dataType) }, name);
}
