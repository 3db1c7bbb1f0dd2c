/** SparseSoftmaxCrossEntropyWithLogits: loss per example, and its gradient at once. */

import { attribute } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement, requireRank } from '../shapes.ts';
import type { OpRule } from './rule.ts';

/** When a SparseSoftmaxCrossEntropyWithLogits is legal, and what it gives. */
export const crossEntropyRule: OpRule = {
  op: 'SparseSoftmaxCrossEntropyWithLogits',
  inputs: ['float32', 'int32'],
  attributes: { T: 'type', Tlabels: 'type' },
  infer: (inputs) => {
    const { shape } = at(inputs, 0);
    requireRank(shape, 2);
    requireAgreement(at(inputs, 1).shape, shape.slice(0, 1));
    return [
      { dataType: 'float32', shape: shape.slice(0, 1) },
      { dataType: 'float32', shape },
    ];
  },
};

/** Cross-entropy [n] in nats of logits [n, classes] with the labels int32 [n]. */
export function crossEntropy(scope: Scope, logits: Tensor, labels: Tensor): Tensor {
  const attributes = { T: attribute.type('float32'), Tlabels: attribute.type('int32') };
  return scope.addTensor(crossEntropyRule, [logits, labels], attributes);
}
