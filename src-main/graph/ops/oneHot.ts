/** OneHot: a row for each label, 1 at the label and 0 elsewhere. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues } from '../shapes.ts';
import { integers, scalar } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a OneHot is legal, and what it gives. */
export const oneHotRule: OpRule = {
  op: 'OneHot',
  inputs: ['int32', 'int32', 'float32', 'float32'],
  attributes: { axis: 'int', T: 'type', TI: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: [...at(inputs, 0).shape, at(knownValues(at(inputs, 1)), 0)] }],
};

/** float32 [n, classes] of labels int32 [n]. */
export function oneHot(scope: Scope, labels: Tensor, classes: number): Tensor {
  const inputs = [labels, integers(scope, [classes], []), scalar(scope, 1), scalar(scope, 0)];
  return scope.addTensor(oneHotRule, inputs, {
    axis: attribute.int(-1),
    T: attribute.type('float32'),
    TI: attribute.type('int32'),
  });
}
