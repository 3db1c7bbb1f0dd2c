/** From the gradient of the loss to new parameters: clipping, weight decay and the optimizer, in torch's order. */

import { assertNever } from '../../contract/errors.ts';
import type { Optimizer, TrainingRecipe } from '../../contract/recipe.ts';
import type { NetworkState } from '../lower/state.ts';
import type { GraphNode, Tensor } from '../node.ts';
import { checkNumbers } from '../ops/checkNumbers.ts';
import { concat } from '../ops/concat.ts';
import { integers, scalar } from '../ops/constant.ts';
import { fill } from '../ops/fill.ts';
import { multiply } from '../ops/multiply.ts';
import { subtractFromVariable } from '../ops/subtractFromVariable.ts';
import type { Scope } from '../scope.ts';
import { adamStep } from './adam.ts';
import { clipByNorm, normOf } from './clipping.ts';
import { sgdStep, withWeightDecay } from './sgd.ts';

/** How the message begins of a run that ends because its loss, or its gradient, is no number. */
export const BROKEN_LOSS = 'DenseLab: the loss';
/** See `BROKEN_LOSS`. */
export const BROKEN_GRADIENT = 'DenseLab: the gradient';

/** What the update depends on besides the gradient. */
export interface UpdateSettings {
  readonly optimizer: Optimizer;
  readonly weightDecay: number;
  readonly weightDecayOn: TrainingRecipe['weightDecayOn'];
  /** Largest norm; null for any. */
  readonly gradientClipping: number | null;
}

/** What an update starts from. */
export interface UpdateInputs {
  readonly state: NetworkState;
  /** All parameters before the step. */
  readonly parameters: Tensor;
  /** Gradient of the mean loss, as `parameters`. */
  readonly gradient: Tensor;
  /** float32 []. */
  readonly learningRate: Tensor;
  /** The loss, which must be a number before anything changes, float32 []. */
  readonly loss: Tensor;
}

/** An update of all parameters. */
export interface Update {
  /** What to wait for. */
  readonly nodes: readonly GraphNode[];
  /** The gradient that the optimizer was given. */
  readonly gradient: Tensor;
  /** L2 norm of the loss's gradient, before clipping and without weight decay, float32 []. */
  readonly norm: Tensor;
  /** What a change of any state must wait for: loss and gradient are numbers. */
  readonly checks: readonly GraphNode[];
}

/** Adds the update: of a step whose loss or gradient is no number, nothing is done. */
export function updateParameters(scope: Scope, inputs: UpdateInputs, settings: UpdateSettings): Update {
  const { optimizer, weightDecay, gradientClipping } = settings;
  const norm = normOf(scope, inputs.gradient);
  const clipped =
    gradientClipping === null ? inputs.gradient : clipByNorm(scope, inputs.gradient, norm, gradientClipping);
  const checks = [checkNumbers(scope, inputs.loss, BROKEN_LOSS), checkNumbers(scope, norm, BROKEN_GRADIENT)];
  const checked = scope.after(checks);
  const decay = weightDecay === 0 ? undefined : decayFactor(scope, inputs.state, settings);
  if (optimizer.kind !== 'adamw') {
    const gradient = withWeightDecay(scope, clipped, inputs.parameters, decay);
    return { nodes: step(checked, { ...inputs, gradient }, optimizer), gradient, norm, checks };
  }
  const decayed = decay === undefined ? [] : [decayAlone(checked, inputs, decay)];
  return {
    nodes: step(checked.after(decayed), { ...inputs, gradient: clipped }, optimizer),
    gradient: clipped,
    norm,
    checks,
  };
}

function step(scope: Scope, inputs: UpdateInputs, optimizer: Optimizer): readonly GraphNode[] {
  const { state, gradient, learningRate } = inputs;
  switch (optimizer.kind) {
    case 'sgd': {
      const [velocity] = state.moments;
      if (velocity === undefined) throw new Error('SGD without a velocity');
      const variables = { parameters: state.parameters, velocity: velocity.vector };
      return [sgdStep(scope, variables, gradient, learningRate, optimizer)];
    }
    case 'adam':
    case 'adamw': {
      const [first, second] = state.moments;
      if (first === undefined || second === undefined || state.steps === null) throw new Error('Adam without moments');
      const moments = { firstMoment: first.vector, secondMoment: second.vector };
      const variables = { parameters: state.parameters, ...moments, steps: state.steps };
      return adamStep(scope, variables, gradient, learningRate, optimizer);
    }
    default:
      return assertNever(optimizer);
  }
}

/** w -= rate · decay · w, before anything else is added to w. */
function decayAlone(scope: Scope, { state, parameters, learningRate }: UpdateInputs, decay: Tensor): GraphNode {
  const lost = multiply(scope, multiply(scope, parameters, decay), learningRate);
  return subtractFromVariable(scope, state.parameters, lost);
}

/** The decay of every parameter: one number, or a vector with zeros at gamma, beta and bias. */
function decayFactor(scope: Scope, { layout }: NetworkState, { weightDecay, weightDecayOn }: UpdateSettings): Tensor {
  if (weightDecayOn === 'all') return scalar(scope, weightDecay);
  const pieces: { decay: number; size: number }[] = [];
  for (const { planned, size } of layout.parameters) {
    const decay = planned.role === 'weights' ? weightDecay : 0;
    const last = pieces.at(-1);
    if (last?.decay === decay) last.size += size;
    else pieces.push({ decay, size });
  }
  return concat(
    scope,
    pieces.map(({ decay, size }) => fill(scope, integers(scope, [size]), decay)),
    0,
  );
}
