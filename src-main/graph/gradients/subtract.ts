import { illegal } from '../illegal.ts';
import { scalar } from '../ops/constant.ts';
import { multiply } from '../ops/multiply.ts';
import { shapesAgree } from '../shapes.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/** Gradient of Sub: itself, and with the other sign for what is taken away; broadcasting is not supported. */
export const subtractGradient: GradientRule = (context) => {
  const { scope, node, inputs } = context;
  const gradient = onlyGradient(context);
  if (inputs.some((term, position) => wants(context, position) && !shapesAgree(term.shape, gradient.shape))) {
    return illegal(`${node.name} broadcasts a term`);
  }
  const negative = scalar(scope, -1, gradient.dataType === 'bfloat16' ? 'bfloat16' : 'float32');
  return [gradient, wants(context, 1) ? multiply(scope, gradient, negative) : undefined];
};
