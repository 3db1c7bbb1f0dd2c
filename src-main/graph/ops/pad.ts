/** Pad: zeros around a tensor. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireAgreement } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a Pad is legal, and what it gives. */
export const padRule: OpRule = {
  op: 'Pad',
  inputs: ['any', 'int32'],
  attributes: { T: 'type', Tpaddings: 'type' },
  infer: (inputs) => {
    const { dataType, shape } = at(inputs, 0);
    const amounts = at(inputs, 1);
    requireAgreement(amounts.shape, [shape.length, 2]);
    const values = knownValues(amounts);
    const padded = (size: number, axis: number) =>
      size === -1 ? -1 : size + at(values, 2 * axis) + at(values, 2 * axis + 1);
    return [{ dataType, shape: shape.map(padded) }];
  },
};

/** `x` with zeros before and after each axis: one pair of counts per axis. */
export function pad(scope: Scope, x: Tensor, amounts: readonly (readonly [number, number])[]): Tensor {
  const inputs = [x, integers(scope, amounts.flat(), [amounts.length, 2])];
  return scope.addTensor(padRule, inputs, { T: attribute.type(x.dataType), Tpaddings: attribute.type('int32') });
}
