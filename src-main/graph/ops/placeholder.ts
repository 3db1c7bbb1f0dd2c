/** Placeholder: a tensor that every call feeds. */

import { attribute, attributeOf } from '../attributes.ts';
import type { DataType, Shape, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Placeholder is legal, and what it gives. */
export const placeholderRule: OpRule = {
  op: 'Placeholder',
  inputs: [],
  attributes: { dtype: 'type', shape: 'shape' },
  infer: (_, attributes) => [
    { dataType: attributeOf(attributes, 'dtype', 'type'), shape: attributeOf(attributes, 'shape', 'shape') },
  ],
};

/** A feed called `name`; -1 for sizes that may differ from call to call. */
export function placeholder(scope: Scope, name: string, dataType: DataType, shape: Shape): Tensor {
  const attributes = { dtype: attribute.type(dataType), shape: attribute.shape(shape) };
  return scope.addTensor(placeholderRule, [], attributes, name);
}
