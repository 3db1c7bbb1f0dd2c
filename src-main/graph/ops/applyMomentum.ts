/** ResourceApplyMomentum: one step of gradient descent with momentum, in place. */

import { attribute, attributeOf } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { GraphNode, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';
import type { Variable } from './variable.ts';

/** When a ResourceApplyMomentum is legal, and what it gives. */
export const applyMomentumRule: OpRule = {
  op: 'ResourceApplyMomentum',
  inputs: ['resource', 'resource', 'float32', 'float32', 'float32'],
  attributes: { T: 'type', use_locking: 'bool', use_nesterov: 'bool' },
  infer: (inputs) => {
    const shape = attributeOf(at(inputs, 0).node.attributes, 'shape', 'shape');
    requireAgreement(attributeOf(at(inputs, 1).node.attributes, 'shape', 'shape'), shape);
    requireAgreement(at(inputs, 3).shape, shape);
    requireAgreement(at(inputs, 2).shape, []);
    requireAgreement(at(inputs, 4).shape, []);
    return [];
  },
};

/** What one momentum step works on. */
export interface MomentumStep {
  readonly parameters: Variable;
  readonly velocity: Variable;
  /** float32 []. */
  readonly learningRate: Tensor;
  /** As `parameters`. */
  readonly gradient: Tensor;
  /** float32 []. */
  readonly momentum: Tensor;
  readonly nesterov: boolean;
}

/** v = momentum · v + g; then w -= rate · v, or with Nesterov w -= rate · (g + momentum · v). */
export function applyMomentum(scope: Scope, step: MomentumStep): GraphNode {
  const inputs = [step.parameters.handle, step.velocity.handle, step.learningRate, step.gradient, step.momentum];
  return scope.add(applyMomentumRule, inputs, {
    T: attribute.type('float32'),
    use_locking: attribute.bool(false),
    use_nesterov: attribute.bool(step.nesterov),
  });
}
