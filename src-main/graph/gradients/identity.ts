import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Identity: itself. */
export const identityGradient: GradientRule = (context) => [onlyGradient(context)];
