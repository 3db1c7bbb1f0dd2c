/** ConcatV2: tensors one after another along one axis. */

import { attribute, attributeOf } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireAgreement } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a ConcatV2 is legal, and what it gives. */
export const concatRule: OpRule = {
  op: 'ConcatV2',
  inputs: ['any', 'int32'],
  repeated: true,
  attributes: { N: 'int', T: 'type', Tidx: 'type' },
  infer: (inputs, attributes) => {
    const pieces = inputs.slice(0, -1);
    const first = at(pieces, 0);
    const axis = concatAxis(inputs);
    if (attributeOf(attributes, 'N', 'int') !== pieces.length) illegal('ConcatV2 counts its pieces wrongly');
    const without = (piece: Tensor) => piece.shape.filter((_, position) => position !== axis);
    for (const piece of pieces) {
      if (piece.dataType !== first.dataType) illegal(`ConcatV2 of ${piece.dataType} and ${first.dataType}`);
      requireAgreement(without(piece), without(first));
    }
    const sizes = pieces.map((piece) => at(piece.shape, axis));
    const size = sizes.includes(-1) ? -1 : sizes.reduce((sum, next) => sum + next, 0);
    return [{ dataType: first.dataType, shape: first.shape.map((old, position) => (position === axis ? size : old)) }];
  },
};

/** The axis, counted from the front, that a ConcatV2 with these inputs joins. */
export function concatAxis(inputs: readonly Tensor[]): number {
  const axis = at(knownValues(at(inputs, inputs.length - 1)), 0);
  return axis < 0 ? axis + at(inputs, 0).shape.length : axis;
}

/** `pieces` joined along `axis`; one piece alone comes back as it is. */
export function concat(scope: Scope, pieces: readonly Tensor[], axis: number): Tensor {
  const first = at(pieces, 0);
  if (pieces.length === 1) return first;
  return scope.addTensor(concatRule, [...pieces, integers(scope, [axis], [])], {
    N: attribute.int(pieces.length),
    T: attribute.type(first.dataType),
    Tidx: attribute.type('int32'),
  });
}
