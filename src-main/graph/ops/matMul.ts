/** MatMul: the product of two matrices, each transposed or not. */

import { attribute, attributeOf } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Shape, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireRank, sizesAgree } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a MatMul is legal, and what it gives. */
export const matMulRule: OpRule = {
  op: 'MatMul',
  inputs: ['floating', 'floating'],
  attributes: { T: 'type', transpose_a: 'bool', transpose_b: 'bool' },
  infer: (inputs, attributes) => {
    const [rows, inner] = turned(at(inputs, 0).shape, attributeOf(attributes, 'transpose_a', 'bool'));
    const [innerToo, columns] = turned(at(inputs, 1).shape, attributeOf(attributes, 'transpose_b', 'bool'));
    if (!sizesAgree(inner, innerToo)) illegal(`MatMul of ${inner} columns with ${innerToo} rows`);
    return [{ dataType: at(inputs, 0).dataType, shape: [rows, columns] }];
  },
};

function turned(shape: Shape, transposed: boolean): readonly [number, number] {
  requireRank(shape, 2);
  return transposed ? [at(shape, 1), at(shape, 0)] : [at(shape, 0), at(shape, 1)];
}

/** Which factors of a product are transposed first. */
export interface Transposition {
  readonly a?: boolean;
  readonly b?: boolean;
}

/** a · b for matrices, after transposing the factors that `transposed` names. */
export function matMul(scope: Scope, a: Tensor, b: Tensor, transposed: Transposition = {}): Tensor {
  return scope.addTensor(matMulRule, [a, b], {
    T: attribute.type(a.dataType),
    transpose_a: attribute.bool(transposed.a ?? false),
    transpose_b: attribute.bool(transposed.b ?? false),
  });
}
