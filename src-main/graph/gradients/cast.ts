import { at } from '../illegal.ts';
import { cast } from '../ops/cast.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Cast between floating types: itself, in the argument's type. */
export const castGradient: GradientRule = (context) => [
  cast(context.scope, onlyGradient(context), at(context.node.inputs, 0).dataType),
];
