/** AddN: the sum of several tensors of one shape. */

import { attribute, attributeOf } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When an AddN is legal, and what it gives. */
export const addNRule: OpRule = {
  op: 'AddN',
  inputs: ['floating'],
  repeated: true,
  attributes: { N: 'int', T: 'type' },
  infer: (inputs, attributes) => {
    const { dataType, shape } = at(inputs, 0);
    if (attributeOf(attributes, 'N', 'int') !== inputs.length) illegal('AddN counts its terms wrongly');
    for (const input of inputs) requireAgreement(input.shape, shape);
    return [{ dataType, shape }];
  },
};

/** The sum of `terms`; one term alone comes back as it is. */
export function addN(scope: Scope, terms: readonly Tensor[]): Tensor {
  const first = at(terms, 0);
  if (terms.length === 1) return first;
  return scope.addTensor(addNRule, terms, { N: attribute.int(terms.length), T: attribute.type(first.dataType) });
}
