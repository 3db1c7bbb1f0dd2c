import { at } from '../illegal.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { multiply } from '../ops/multiply.ts';
import { reciprocal } from '../ops/reciprocal.ts';
import { reshape } from '../ops/reshape.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { sizeOf } from '../ops/sizeOf.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Mean over all elements: an equal share for each. */
export const meanGradient: GradientRule = (context) => {
  const { scope, inputs } = context;
  const x = at(inputs, 0);
  const share = reciprocal(scope, cast(scope, sizeOf(scope, x), 'float32'));
  const each = multiply(scope, onlyGradient(context), share);
  const sameRank = reshape(
    scope,
    each,
    x.shape.map(() => 1),
  );
  return [broadcastTo(scope, sameRank, shapeOf(scope, x)), undefined];
};
