import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { concatAxis } from '../ops/concat.ts';
import { reshape } from '../ops/reshape.ts';
import { slice } from '../ops/slice.ts';
import type { Scope } from '../scope.ts';
import { channelsOf } from '../shapes.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/** Gradient of ConcatV2: each piece's own part. */
export const concatGradient: GradientRule = (context) => {
  const { scope, node } = context;
  const gradient = onlyGradient(context);
  const axis = concatAxis(node.inputs);
  const isLast = axis === gradient.shape.length - 1;
  const rows = isLast ? asMatrix(scope, gradient) : gradient;
  let begin = 0;
  const parts = node.inputs.slice(0, -1).map((piece, position): Tensor | undefined => {
    const start = begin;
    begin += at(piece.shape, axis);
    if (!wants(context, position)) return undefined;
    return isLast ? columns(scope, rows, start, piece) : slice(scope, rows, alongAxis(piece, axis, start), piece.shape);
  });
  return [...parts, undefined];
};

/** The columns of `rows` that belong to `piece`: TensorFlow slices matrices twice as fast as tensors of rank 4. */
function columns(scope: Scope, rows: Tensor, start: number, piece: Tensor): Tensor {
  const part = slice(scope, rows, [0, start], [-1, channelsOf(piece.shape)]);
  return piece.shape.length === 2 ? part : reshape(scope, part, piece.shape);
}

function asMatrix(scope: Scope, x: Tensor): Tensor {
  return x.shape.length === 2 ? x : reshape(scope, x, [-1, channelsOf(x.shape)]);
}

function alongAxis(piece: Tensor, axis: number, start: number): readonly number[] {
  return piece.shape.map((_, position) => (position === axis ? start : 0));
}
