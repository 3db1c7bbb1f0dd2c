/** Const: a tensor that is part of the graph. */

import { attribute, attributeOf } from '../attributes.ts';
import { illegal } from '../illegal.ts';
import type { FloatingType, Shape, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { elementCount } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a Const is legal, and what it gives. */
export const constantRule: OpRule = {
  op: 'Const',
  inputs: [],
  attributes: { value: 'tensor', dtype: 'type' },
  infer: (_, attributes) => {
    const { dataType, shape, data } = attributeOf(attributes, 'value', 'tensor');
    if (elementCount(shape) !== data.length)
      illegal(`a constant of shape [${shape.join(',')}] has ${data.length} elements`);
    if (attributeOf(attributes, 'dtype', 'type') !== dataType)
      illegal('the dtype of a constant is not that of its value');
    return [{ dataType, shape }];
  },
};

/** Whole numbers as int32; a vector unless `shape` says otherwise. */
export function integers(scope: Scope, data: readonly number[], shape: Shape = [data.length]): Tensor {
  return constant(scope, 'int32', data, shape);
}

/** Numbers as float32; a vector unless `shape` says otherwise. */
export function floats(scope: Scope, data: readonly number[], shape: Shape = [data.length]): Tensor {
  return constant(scope, 'float32', data, shape);
}

/** A float32 tensor; `data` is kept, not copied. */
export function weights(scope: Scope, data: Float32Array, shape: Shape): Tensor {
  return constant(scope, 'float32', data, shape);
}

/** One number, float32 unless `type` says otherwise. */
export function scalar(scope: Scope, value: number, type: FloatingType = 'float32'): Tensor {
  return constant(scope, type, [value], []);
}

function constant(
  scope: Scope,
  dataType: 'int32' | FloatingType,
  data: Float32Array | readonly number[],
  shape: Shape,
): Tensor {
  return scope.addTensor(constantRule, [], {
    value: attribute.tensor({ dataType, shape, data }),
    dtype: attribute.type(dataType),
  });
}
