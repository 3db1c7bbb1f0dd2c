import { at } from '../illegal.ts';
import { multiply } from '../ops/multiply.ts';
import { reshape } from '../ops/reshape.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of SparseSoftmaxCrossEntropyWithLogits: softmax minus one-hot, which the op itself has computed. */
export const crossEntropyGradient: GradientRule = (context) => {
  const { scope, outputs } = context;
  const perExample = reshape(scope, onlyGradient(context), [-1, 1]);
  return [multiply(scope, perExample, at(outputs, 1)), undefined];
};
