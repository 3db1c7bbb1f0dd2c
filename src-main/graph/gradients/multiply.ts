import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { multiply } from '../ops/multiply.ts';
import { shapesAgree } from '../shapes.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/** Gradient of Mul: times the other factor; a factor that was broadcast is not supported. */
export const multiplyGradient: GradientRule = (context) => {
  const gradient = onlyGradient(context);
  const scaled = (factor: Tensor, position: number): Tensor | undefined => {
    if (!wants(context, position)) return undefined;
    if (!shapesAgree(factor.shape, gradient.shape)) return illegal(`${context.node.name} broadcasts a factor`);
    return multiply(context.scope, gradient, at(context.inputs, 1 - position));
  };
  return context.inputs.map(scaled);
};
