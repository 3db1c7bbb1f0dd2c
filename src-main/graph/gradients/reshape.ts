import { at } from '../illegal.ts';
import { reshape, reshapeTo } from '../ops/reshape.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Reshape: reshaped back. */
export const reshapeGradient: GradientRule = (context) => {
  const { scope, node } = context;
  const source = at(node.inputs, 0);
  const gradient = onlyGradient(context);
  const unknown = source.shape.filter((size) => size === -1).length;
  return [
    unknown <= 1 ? reshape(scope, gradient, source.shape) : reshapeTo(scope, gradient, shapeOf(scope, source)),
    undefined,
  ];
};
