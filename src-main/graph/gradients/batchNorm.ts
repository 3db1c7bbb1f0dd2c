import { at } from '../illegal.ts';
import { batchNormGradient as gradientThroughBatchNorm } from '../ops/batchNormGradient.ts';
import type { GradientRule } from './rule.ts';
import { onlyGradient } from './rule.ts';

/** Gradient of FusedBatchNormV3 in training, through the statistics of the batch as well. */
export const batchNormGradient: GradientRule = (context) => {
  const { scope, node, inputs, outputs } = context;
  const [x, gamma] = [at(inputs, 0), at(inputs, 1)];
  const gradients = gradientThroughBatchNorm(scope, onlyGradient(context), x, gamma, outputs.slice(3), node.attributes);
  return [...gradients, undefined, undefined];
};
