import { illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { shapesAgree } from '../shapes.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/** Gradient of AddV2: the same for both terms; a term that was broadcast is not supported. */
export const addGradient: GradientRule = (context) => {
  const gradient = onlyGradient(context);
  const passOn = (term: Tensor, position: number): Tensor | undefined => {
    if (!wants(context, position)) return undefined;
    return shapesAgree(term.shape, gradient.shape) ? gradient : illegal(`${context.node.name} broadcasts a term`);
  };
  return context.inputs.map(passOn);
};
