/** Cast: another element type. */

import { attribute, attributeOf } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { DataType, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Cast is legal, and what it gives. */
export const castRule: OpRule = {
  op: 'Cast',
  inputs: ['any'],
  attributes: { SrcT: 'type', DstT: 'type' },
  infer: (inputs, attributes) => [{ dataType: attributeOf(attributes, 'DstT', 'type'), shape: at(inputs, 0).shape }],
};

/** The elements of `x` as another type, or `x` itself when it has that type; floats are truncated towards zero. */
export function cast(scope: Scope, x: Tensor, to: DataType): Tensor {
  if (x.dataType === to) return x;
  return scope.addTensor(castRule, [x], { SrcT: attribute.type(x.dataType), DstT: attribute.type(to) });
}
