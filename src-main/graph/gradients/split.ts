import { at } from '../illegal.ts';
import { concat } from '../ops/concat.ts';
import { fill } from '../ops/fill.ts';
import { integers } from '../ops/constant.ts';
import type { GradientRule } from './rule.ts';

/** Gradient of SplitV: the pieces' gradients joined again, zeros where a piece has none. */
export const splitGradient: GradientRule = ({ scope, node, gradients }) => {
  const pieces = gradients.map(
    (gradient, position) => gradient ?? fill(scope, integers(scope, at(node.outputs, position).shape), 0),
  );
  return [concat(scope, pieces, 0), undefined, undefined];
};
