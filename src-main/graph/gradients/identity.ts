/** Gradient of Identity: itself. */

import { onlyGradient, type GradientRule } from './rule.ts';

export const identityGradient: GradientRule = (context) => [onlyGradient(context)];
