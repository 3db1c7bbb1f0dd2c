/** Sqrt: √x. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Sqrt is legal, and what it gives. */
export const squareRootRule: OpRule = {
  op: 'Sqrt',
  inputs: ['float32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: at(inputs, 0).shape }],
};

/** √x, elementwise; float32. */
export function squareRoot(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(squareRootRule, [x], { T: attribute.type('float32') });
}
