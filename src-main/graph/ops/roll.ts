/** Roll: elements moved along the first axis, what falls out at the end coming in at the beginning. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a Roll is legal, and what it gives. */
export const rollRule: OpRule = {
  op: 'Roll',
  inputs: ['float32', 'int32', 'int32'],
  attributes: { T: 'type', Tshift: 'type', Taxis: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: at(inputs, 0).shape }],
};

/** `x` with each item of the batch moved one place on, and the last one to the first place; float32. */
export function rollBatch(scope: Scope, x: Tensor): Tensor {
  return scope.addTensor(rollRule, [x, integers(scope, [1], []), integers(scope, [0], [])], {
    T: attribute.type('float32'),
    Tshift: attribute.type('int32'),
    Taxis: attribute.type('int32'),
  });
}
