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

/** A gradient of all parameters and its L2 norm as it was before clipping, float32 []. */
export interface ClippedGradient {
  readonly gradient: Tensor;
  readonly norm: Tensor;
}

/** g · min(1, largest / (|g| + 1e-6)), as torch's clip_grad_norm_. */
export function clipByNorm(scope: Scope, gradient: Tensor, largest: number): ClippedGradient {
  const norm = squareRoot(scope, multiply(scope, l2Loss(scope, gradient), scalar(scope, 2)));
  const inverse = reciprocal(scope, add(scope, norm, scalar(scope, EPSILON)));
  const factor = minimum(scope, multiply(scope, inverse, scalar(scope, largest)), scalar(scope, 1));
  return { gradient: multiply(scope, gradient, factor), norm };
}
