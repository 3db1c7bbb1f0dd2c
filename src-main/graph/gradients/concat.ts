/** Gradient of ConcatV2: each piece's own part. */

import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { concatAxis } from '../ops/concat.ts';
import { slice } from '../ops/slice.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

export const concatGradient: GradientRule = (context) => {
  const { scope, node } = context;
  const gradient = onlyGradient(context);
  const axis = concatAxis(node.inputs);
  let begin = 0;
  const parts = node.inputs.slice(0, -1).map((piece, position): Tensor | undefined => {
    const start = begin;
    begin += at(piece.shape, axis);
    if (!wants(context, position)) return undefined;
    const offsets = piece.shape.map((_, along) => (along === axis ? start : 0));
    return slice(scope, gradient, offsets, piece.shape);
  });
  return [...parts, undefined];
};
