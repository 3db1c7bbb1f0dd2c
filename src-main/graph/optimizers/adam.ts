/** Adam and AdamW, as torch.optim has them (Kingma and Ba 2015; Loshchilov and Hutter 2019). */

import type { GraphNode, Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { applyAdam } from '../ops/applyAdam.ts';
import { assignVariable } from '../ops/assignVariable.ts';
import { scalar } from '../ops/constant.ts';
import { exponentialMinusOne } from '../ops/exponentialMinusOne.ts';
import { multiply } from '../ops/multiply.ts';
import { readVariable } from '../ops/readVariable.ts';
import { reciprocal } from '../ops/reciprocal.ts';
import { squareRoot } from '../ops/squareRoot.ts';
import { subtract } from '../ops/subtract.ts';
import type { Variable } from '../ops/variable.ts';
import type { Scope } from '../scope.ts';

/** What stays the same from step to step. */
export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** State between two steps. */
export interface AdamVariables {
  readonly parameters: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
  /** Steps done, float32 []. */
  readonly steps: Variable;
}

/**
 * m = beta1 · m + (1 - beta1) · g, v = beta2 · v + (1 - beta2) · g², and with t the number of this step
 * w -= rate · (m / (1 - beta1^t)) / (√(v / (1 - beta2^t)) + epsilon).
 */
export function adamStep(
  scope: Scope,
  variables: AdamVariables,
  gradient: Tensor,
  learningRate: Tensor,
  { beta1, beta2, epsilon }: AdamSettings,
): readonly GraphNode[] {
  const step = add(scope, readVariable(scope, variables.steps), scalar(scope, 1));
  const rootOfSecond = squareRoot(scope, correction(scope, beta2, step));
  // Both sides of the quotient times the root: the op adds epsilon to √v, and not to what is corrected.
  const rate = multiply(scope, learningRate, rootOfSecond);
  const corrected = multiply(scope, rate, reciprocal(scope, correction(scope, beta1, step)));
  const scaledEpsilon = multiply(scope, rootOfSecond, scalar(scope, epsilon));
  const applied = applyAdam(scope, {
    ...variables,
    learningRate: corrected,
    epsilon: scaledEpsilon,
    beta1,
    beta2,
    gradient,
  });
  return [applied, assignVariable(scope, variables.steps, step)];
}

/** 1 - beta^t with the float32 beta that the op uses, without the loss of digits that the power would bring. */
function correction(scope: Scope, beta: number, step: Tensor): Tensor {
  if (beta === 0) return scalar(scope, 1);
  const power = multiply(scope, step, scalar(scope, Math.log(Math.fround(beta))));
  return subtract(scope, scalar(scope, 0), exponentialMinusOne(scope, power));
}
