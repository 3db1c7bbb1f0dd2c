/** AddV2: a + b, with broadcasting. */

import { attribute } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { broadcastShape } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When an AddV2 is legal, and what it gives. */
export const addRule: OpRule = {
  op: 'AddV2',
  inputs: ['any', 'any'],
  attributes: { T: 'type' },
  infer: (inputs) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    if (a.dataType !== b.dataType) illegal(`AddV2 of ${a.dataType} and ${b.dataType}`);
    return [{ dataType: a.dataType, shape: broadcastShape(a.shape, b.shape) }];
  },
};

/** a + b, elementwise with broadcasting; both of one element type. */
export function add(scope: Scope, a: Tensor, b: Tensor): Tensor {
  return scope.addTensor(addRule, [a, b], { T: attribute.type(a.dataType) });
}
