/** VarHandleOp: state that lives in the session. */

import { attribute } from '../attributes.ts';
import type { Shape, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a VarHandleOp is legal, and what it gives. */
export const variableRule: OpRule = {
  op: 'VarHandleOp',
  inputs: [],
  attributes: { dtype: 'type', shape: 'shape', shared_name: 'string', container: 'string' },
  infer: () => [{ dataType: 'resource', shape: [] }],
};

/** A float32 variable. */
export interface Variable {
  readonly handle: Tensor;
  readonly shape: Shape;
}

/** Declares the float32 variable `name`; it has no value until one is assigned. */
export function variable(scope: Scope, name: string, shape: Shape): Variable {
  const attributes = {
    dtype: attribute.type('float32'),
    shape: attribute.shape(shape),
    shared_name: attribute.string(name),
    container: attribute.string(''),
  };
  return { handle: scope.addTensor(variableRule, [], attributes, name), shape };
}
