/** ResourceApplyAdam: one step of Adam, in place. */

import { attribute, attributeOf } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { GraphNode, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { requireAgreement } from '../shapes.ts';
import { scalar } from './constant.ts';
import type { OpRule } from './rule.ts';
import type { Variable } from './variable.ts';

/** When a ResourceApplyAdam is legal, and what it gives. */
export const applyAdamRule: OpRule = {
  op: 'ResourceApplyAdam',
  inputs: ['resource', 'resource', 'resource', ...new Array<'float32'>(7).fill('float32')],
  attributes: { T: 'type', use_locking: 'bool', use_nesterov: 'bool' },
  infer: (inputs) => {
    const shape = at(inputs, 9).shape;
    for (const { node } of inputs.slice(0, 3)) requireAgreement(attributeOf(node.attributes, 'shape', 'shape'), shape);
    for (const { shape: each } of inputs.slice(3, 9)) requireAgreement(each, []);
    return [];
  },
};

/** What one step of Adam works on. */
export interface AdamStep {
  readonly parameters: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
  /** float32 [], with the corrections of both moments' bias. */
  readonly learningRate: Tensor;
  /** float32 [], with the correction of the second moment's bias. */
  readonly epsilon: Tensor;
  readonly beta1: number;
  readonly beta2: number;
  /** As `parameters`. */
  readonly gradient: Tensor;
}

/** m = beta1 · m + (1 - beta1) · g; v = beta2 · v + (1 - beta2) · g²; then w -= rate · m / (√v + epsilon). */
export function applyAdam(scope: Scope, step: AdamStep): GraphNode {
  // The powers of beta by which the op itself would correct: 0, since the rate is corrected already, and more exactly.
  const power = scalar(scope, 0);
  return scope.add(
    applyAdamRule,
    [
      step.parameters.handle,
      step.firstMoment.handle,
      step.secondMoment.handle,
      power,
      power,
      step.learningRate,
      scalar(scope, step.beta1),
      scalar(scope, step.beta2),
      step.epsilon,
      step.gradient,
    ],
    { T: attribute.type('float32'), use_locking: attribute.bool(false), use_nesterov: attribute.bool(false) },
  );
}
