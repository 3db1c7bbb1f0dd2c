/** Gradient clipping by the global norm. */

import type { Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { scalar } from '../ops/constant.ts';
import { l2Loss } from '../ops/l2Loss.ts';
import { minimum } from '../ops/minimum.ts';
import { multiply } from '../ops/multiply.ts';
import { reciprocal } from '../ops/reciprocal.ts';
import { squareRoot } from '../ops/squareRoot.ts';
import type { Scope } from '../scope.ts';

/** Added to the norm before dividing by it, as in torch. */
const EPSILON = 1e-6;

/** The L2 norm of a gradient of all parameters, float32 []. */
export function normOf(scope: Scope, gradient: Tensor): Tensor {
  return squareRoot(scope, multiply(scope, l2Loss(scope, gradient), scalar(scope, 2)));
}

/** g · min(1, largest / (|g| + 1e-6)) for a gradient g and its norm, as torch's clip_grad_norm_. */
export function clipByNorm(scope: Scope, gradient: Tensor, norm: Tensor, largest: number): Tensor {
  const inverse = reciprocal(scope, add(scope, norm, scalar(scope, EPSILON)));
  const factor = minimum(scope, multiply(scope, inverse, scalar(scope, largest)), scalar(scope, 1));
  return multiply(scope, gradient, factor);
}
