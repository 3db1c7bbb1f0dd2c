import { at } from '../illegal.ts';
import { denseBlockGradient as gradientThroughBlock } from '../ops/denseBlock.ts';
import type { GradientRule } from './rule.ts';
import { onlyGradient } from './rule.ts';

/** Gradient of DenseLabDenseBlock, through the statistics of the batch as well. */
export const denseBlockGradient: GradientRule = (context) => {
  const { scope, node, inputs, outputs } = context;
  return gradientThroughBlock(
    scope,
    [onlyGradient(context), at(inputs, 0), at(inputs, 1), at(outputs, 1)],
    node.attributes,
  );
};
