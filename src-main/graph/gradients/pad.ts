import { at } from '../illegal.ts';
import { slice } from '../ops/slice.ts';
import { knownValues } from '../shapes.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Pad: the zeros cut off. */
export const padGradient: GradientRule = (context) => {
  const { scope, node } = context;
  const { shape } = at(node.inputs, 0);
  const amounts = knownValues(at(node.inputs, 1));
  const begin = shape.map((_, axis) => at(amounts, 2 * axis));
  return [slice(scope, onlyGradient(context), begin, shape), undefined];
};
