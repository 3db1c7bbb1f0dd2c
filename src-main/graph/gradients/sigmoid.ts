import { at } from '../illegal.ts';
import { sigmoidGradient as gradientThroughSigmoid } from '../ops/sigmoidGradient.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Sigmoid, from its result. */
export const sigmoidGradient: GradientRule = (context) => [
  gradientThroughSigmoid(context.scope, at(context.outputs, 0), onlyGradient(context)),
];
