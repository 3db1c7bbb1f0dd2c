import { at } from '../illegal.ts';
import { maxPoolGradient as giveToLargest } from '../ops/maxPoolGradient.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of MaxPool. */
export const maxPoolGradient: GradientRule = (context) => {
  const { scope, node, inputs, outputs } = context;
  return [giveToLargest(scope, at(inputs, 0), at(outputs, 0), onlyGradient(context), node.attributes)];
};
