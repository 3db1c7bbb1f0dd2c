import { attributeOf } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { GraphNode, Shape, Tensor } from '../node.ts';
import { averagePoolGradient as spreadOverWindows } from '../ops/averagePoolGradient.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { concat } from '../ops/concat.ts';
import { integers, scalar } from '../ops/constant.ts';
import { multiply } from '../ops/multiply.ts';
import { reshape } from '../ops/reshape.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { slice } from '../ops/slice.ts';
import type { Scope } from '../scope.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of AvgPool. */
export const averagePoolGradient: GradientRule = (context) => {
  const { scope, node } = context;
  const { shape } = at(node.inputs, 0);
  const gradient = onlyGradient(context);
  if (tiles(node, shape)) return [repeatOverWindows(scope, gradient, shape)];
  return [spreadOverWindows(scope, shapeOf(scope, at(node.inputs, 0)), gradient, node.attributes)];
};

/** Whether the windows cover the maps, each pixel once. */
function tiles({ attributes }: GraphNode, shape: Shape): boolean {
  const sizes = attributeOf(attributes, 'ksize', 'ints');
  const strides = attributeOf(attributes, 'strides', 'ints');
  return [1, 2].every((axis) => sizes[axis] === strides[axis] && at(shape, axis) % at(sizes, axis) === 0);
}

/** An equal share of each window's gradient for each of its pixels, in half the time that AvgPoolGrad takes. */
function repeatOverWindows(scope: Scope, gradient: Tensor, shape: Shape): Tensor {
  const [height, width, channels] = [at(shape, 1), at(shape, 2), at(shape, 3)];
  const [rows, columns] = [at(gradient.shape, 1), at(gradient.shape, 2)];
  const [windowHeight, windowWidth] = [height / rows, width / columns];
  const part = cast(scope, scalar(scope, 1 / (windowHeight * windowWidth)), gradient.dataType);
  const share = multiply(scope, gradient, part);
  const apart = reshape(scope, share, [-1, 1, columns, 1, channels]);
  const count = slice(scope, shapeOf(scope, apart), [0], [1]);
  const repeated = integers(scope, [windowHeight, columns, windowWidth, channels]);
  return reshape(scope, broadcastTo(scope, apart, concat(scope, [count, repeated], 0)), shape);
}
