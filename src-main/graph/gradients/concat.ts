import { at } from '../illegal.ts';
import { concatAxis } from '../ops/concat.ts';
import { slice } from '../ops/slice.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/**
 * Gradient of ConcatV2: each piece's own part. It is cut from the tensor as it is: TensorFlow cuts matrices on one core only.
 */
export const concatGradient: GradientRule = (context) => {
  const { scope, node } = context;
  const gradient = onlyGradient(context);
  const axis = concatAxis(node.inputs);
  let start = 0;
  const parts = node.inputs.slice(0, -1).map((piece, position) => {
    const begin = piece.shape.map((_, along) => (along === axis ? start : 0));
    start += at(piece.shape, axis);
    return wants(context, position) ? slice(scope, gradient, begin, piece.shape) : undefined;
  });
  return [...parts, undefined];
};
