import { at } from '../illegal.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { reshape } from '../ops/reshape.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Sum over all elements: the same for each. */
export const sumGradient: GradientRule = (context) => {
  const { scope, inputs } = context;
  const x = at(inputs, 0);
  const sameRank = reshape(
    scope,
    onlyGradient(context),
    x.shape.map(() => 1),
  );
  return [broadcastTo(scope, sameRank, shapeOf(scope, x)), undefined];
};
