/** Reshape: the same elements in row-major order under another shape. */

import { attribute } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Shape, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { elementCount, knownValues } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';

/** When a Reshape is legal, and what it gives. */
export const reshapeRule: OpRule = {
  op: 'Reshape',
  inputs: ['any', 'int32'],
  attributes: { T: 'type', Tshape: 'type' },
  infer: (inputs) => {
    const source = at(inputs, 0);
    return [{ dataType: source.dataType, shape: reshaped(source.shape, knownValues(at(inputs, 1))) }];
  },
};

/** Resolves the one size that may be -1, when the rest is known. */
function reshaped(source: Shape, wanted: readonly number[]): Shape {
  const count = elementCount(source);
  const unknown = wanted.filter((size) => size === -1).length;
  if (count === -1 || unknown > 1) return wanted;
  const rest = wanted.reduce((product, size) => (size === -1 ? product : product * size), 1);
  if (unknown === 0 ? rest !== count : rest === 0 || count % rest !== 0) {
    return illegal(`[${source.join(',')}] cannot take the shape [${wanted.join(',')}]`);
  }
  return wanted.map((size) => (size === -1 ? count / rest : size));
}

/** `x` with another shape, in which one size may be -1. */
export function reshape(scope: Scope, x: Tensor, shape: Shape): Tensor {
  return reshapeTo(scope, x, integers(scope, shape));
}

/** `x` with a shape that is itself a tensor, int32 [rank]. */
export function reshapeTo(scope: Scope, x: Tensor, shape: Tensor): Tensor {
  const attributes = { T: attribute.type(x.dataType), Tshape: attribute.type('int32') };
  return scope.addTensor(reshapeRule, [x, shape], attributes);
}
