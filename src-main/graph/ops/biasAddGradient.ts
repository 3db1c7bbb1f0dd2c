/** BiasAddGrad: a gradient summed over all axes but the last. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { channelsOf } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a BiasAddGrad is legal, and what it gives. */
export const biasAddGradientRule: OpRule = {
  op: 'BiasAddGrad',
  inputs: ['float32'],
  attributes: { T: 'type', data_format: 'string' },
  infer: (inputs) => [{ dataType: 'float32', shape: [channelsOf(at(inputs, 0).shape)] }],
};

/** Gradient [channels] of the bias, from the gradient of BiasAdd's result. */
export function biasAddGradient(scope: Scope, gradient: Tensor): Tensor {
  const attributes = { T: attribute.type('float32'), data_format: attribute.string('NHWC') };
  return scope.addTensor(biasAddGradientRule, [gradient], attributes);
}
