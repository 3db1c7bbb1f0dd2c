/** Softmax over the last axis. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import type { OpRule } from './rule.ts';

/** When a Softmax is legal, and what it gives. */
export const softmaxRule: OpRule = {
  op: 'Softmax',
  inputs: ['float32'],
  attributes: { T: 'type' },
  infer: (inputs) => [{ dataType: 'float32', shape: at(inputs, 0).shape }],
};

/** Probabilities [n, classes] of logits [n, classes]. */
export function softmax(scope: Scope, logits: Tensor): Tensor {
  return scope.addTensor(softmaxRule, [logits], { T: attribute.type('float32') });
}
