import { at } from '../illegal.ts';
import { multiply } from '../ops/multiply.ts';
import { reshape } from '../ops/reshape.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of both cross-entropies: softmax minus target, which the op itself has computed; labels have none. */
export const crossEntropyGradient: GradientRule = (context) => {
  const { scope, outputs } = context;
  const perExample = reshape(scope, onlyGradient(context), [-1, 1]);
  return [multiply(scope, perExample, at(outputs, 1)), undefined];
};
