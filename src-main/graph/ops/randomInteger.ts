/** StatelessRandomUniformInt: whole numbers that are a function of a seed. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireAgreement } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a StatelessRandomUniformInt is legal, and what it gives. */
export const randomIntegerRule: OpRule = {
  op: 'StatelessRandomUniformInt',
  inputs: ['int32', 'int32', 'int32', 'int32'],
  attributes: { dtype: 'type', T: 'type', Tseed: 'type' },
  infer: (inputs) => {
    requireAgreement(at(inputs, 1).shape, [2]);
    return [{ dataType: 'int32', shape: knownValues(at(inputs, 0)) }];
  },
};

/** Uniform whole numbers from 0 to `limit` - 1 with the sizes `shape` (int32 [rank]), a function of `seed` (int32 [2]). */
export function randomInteger(scope: Scope, shape: Tensor, seed: Tensor, limit: number): Tensor {
  const inputs = [shape, seed, integers(scope, [0], []), integers(scope, [limit], [])];
  return scope.addTensor(randomIntegerRule, inputs, {
    dtype: attribute.type('int32'),
    T: attribute.type('int32'),
    Tseed: attribute.type('int32'),
  });
}
