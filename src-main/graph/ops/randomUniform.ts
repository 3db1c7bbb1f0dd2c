/** StatelessRandomUniform: numbers that are a function of a seed. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a StatelessRandomUniform is legal, and what it gives. */
export const randomUniformRule: OpRule = {
  op: 'StatelessRandomUniform',
  inputs: ['int32', 'int32'],
  attributes: { dtype: 'type', T: 'type', Tseed: 'type' },
  infer: (inputs) => {
    requireAgreement(at(inputs, 1).shape, [2]);
    return [{ dataType: 'float32', shape: knownValues(at(inputs, 0)) }];
  },
};

/** Uniform numbers in [0, 1) with the sizes `shape` (int32 [rank]), a function of `seed` (int32 [2]); float32. */
export function randomUniform(scope: Scope, shape: Tensor, seed: Tensor): Tensor {
  return scope.addTensor(randomUniformRule, [shape, seed], {
    dtype: attribute.type('float32'),
    T: attribute.type('int32'),
    Tseed: attribute.type('int32'),
  });
}
