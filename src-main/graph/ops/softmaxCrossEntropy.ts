/** SoftmaxCrossEntropyWithLogits: loss per example against probabilities, and its gradient at once. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement, requireRank } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a SoftmaxCrossEntropyWithLogits is legal, and what it gives. */
export const softmaxCrossEntropyRule: OpRule = {
  op: 'SoftmaxCrossEntropyWithLogits',
  inputs: ['float32', 'float32'],
  attributes: { T: 'type' },
  infer: (inputs) => {
    const { shape } = at(inputs, 0);
    requireRank(shape, 2);
    requireAgreement(at(inputs, 1).shape, shape);
    return [
      { dataType: 'float32', shape: shape.slice(0, 1) },
      { dataType: 'float32', shape },
    ];
  },
};

/** Cross-entropy [n] in nats of logits [n, classes] with `targets` [n, classes], whose rows sum to 1. */
export function softmaxCrossEntropy(scope: Scope, logits: Tensor, targets: Tensor): Tensor {
  return scope.addTensor(softmaxCrossEntropyRule, [logits, targets], { T: attribute.type('float32') });
}
