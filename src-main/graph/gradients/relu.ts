import { at } from '../illegal.ts';
import { reluGradient as gradientThroughRelu } from '../ops/reluGradient.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of ReLU, from its result, so that its argument need not be kept. */
export const reluGradient: GradientRule = (context) => [
  gradientThroughRelu(context.scope, onlyGradient(context), at(context.outputs, 0)),
];
