/** Rsqrt: 1 / √x. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Rsqrt is legal, and what it gives. */
export const reciprocalSquareRootRule: OpRule = {
  op: 'Rsqrt',
  inputs: ['float32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: at(inputs, 0).shape }],
};

/** 1 / √x, elementwise; float32. */
export function reciprocalSquareRoot(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(reciprocalSquareRootRule, [x], { T: attribute.type('float32') });
}
