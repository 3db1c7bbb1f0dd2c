/** Cutout (DeVries and Taylor 2017): a square of each image becomes zero. */

import { at } from '../../illegal.ts';
import type { Tensor } from '../../node.ts';
import { cast } from '../../ops/cast.ts';
import { floats, scalar } from '../../ops/constant.ts';
import { greaterEqual } from '../../ops/greaterEqual.ts';
import { add } from '../../ops/add.ts';
import { multiply } from '../../ops/multiply.ts';
import { reshape } from '../../ops/reshape.ts';
import { subtract } from '../../ops/subtract.ts';
import type { Scope } from '../../scope.ts';
import { drawIntegers } from './draws.ts';

/**
 * Images [n, h, w, channels] with zeros in a square of `size` pixels whose centre is any pixel, so that it may lie partly
 * outside. The square begins size / 2, rounded down, before its centre.
 */
export function cutOut(scope: Scope, images: Tensor, seed: Tensor, size: number): Tensor {
  const [height, width] = [at(images.shape, 1), at(images.shape, 2)];
  const rows = inside(scope, drawIntegers(scope, { images, seed, user: 'cutout/rows' }, height), height, size);
  const columns = inside(scope, drawIntegers(scope, { images, seed, user: 'cutout/columns' }, width), width, size);
  const square = multiply(scope, reshape(scope, rows, [-1, height, 1, 1]), reshape(scope, columns, [-1, 1, width, 1]));
  return multiply(scope, images, subtract(scope, scalar(scope, 1), square));
}

/** 1 where a line belongs to the square and 0 elsewhere, float32 [n, lines]; centres are int32 [n, 1]. */
function inside(scope: Scope, centres: Tensor, lines: number, size: number): Tensor {
  const start = subtract(scope, cast(scope, centres, 'float32'), scalar(scope, Math.floor(size / 2)));
  const all = floats(scope, [...Array(lines).keys()]);
  const begun = cast(scope, greaterEqual(scope, all, start), 'float32');
  const over = cast(scope, greaterEqual(scope, all, add(scope, start, scalar(scope, size))), 'float32');
  return subtract(scope, begun, over);
}
