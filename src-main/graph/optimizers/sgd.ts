/** Stochastic gradient descent with momentum, as torch.optim.SGD defines it with dampening 0. */

import type { GraphNode, Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { applyMomentum } from '../ops/applyMomentum.ts';
import { scalar } from '../ops/constant.ts';
import { multiply } from '../ops/multiply.ts';
import type { Variable } from '../ops/variable.ts';
import type { Scope } from '../scope.ts';

/** Gradient of the loss with the L2 term: g + decay · w; `decay` is one number, one for each parameter, or none. */
export function withWeightDecay(scope: Scope, gradient: Tensor, parameters: Tensor, decay: Tensor | undefined): Tensor {
  if (decay === undefined) return gradient;
  return add(scope, gradient, multiply(scope, parameters, decay));
}

/** What stays the same from step to step. */
export interface SgdSettings {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * v = momentum · v + g, then w -= rate · v, or w -= rate · (g + momentum · v) with Nesterov. The velocity holds no
 * learning rate, so a drop of the rate acts on the whole next step.
 */
export function sgdStep(
  scope: Scope,
  variables: { readonly parameters: Variable; readonly velocity: Variable },
  gradient: Tensor,
  learningRate: Tensor,
  settings: SgdSettings,
): GraphNode {
  const momentum = scalar(scope, settings.momentum);
  return applyMomentum(scope, { ...variables, learningRate, gradient, momentum, nesterov: settings.nesterov });
}
