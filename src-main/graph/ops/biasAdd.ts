/** BiasAdd: a vector added along the last axis. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { channelsOf, requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a BiasAdd is legal, and what it gives. */
export const biasAddRule: OpRule = {
  op: 'BiasAdd',
  inputs: ['float32', 'float32'],
  attributes: { T: 'type', data_format: 'string' },
  infer: (inputs) => {
    const { shape } = at(inputs, 0);
    requireAgreement(at(inputs, 1).shape, [channelsOf(shape)]);
    return [{ dataType: 'float32', shape }];
  },
};

/** x + bias, with `bias` [channels] along the last axis. */
export function biasAdd(scope: Scope, x: Tensor, bias: Tensor): Tensor {
  return scope.addTensor(biasAddRule, [x, bias], {
    T: attribute.type('float32'),
    data_format: attribute.string('NHWC'),
  });
}
