/** A random rectangle of each image, scaled to the image's size, as torchvision's RandomResizedCrop. */

import { at } from '../../illegal.ts';
import type { Tensor } from '../../node.ts';
import { add } from '../../ops/add.ts';
import { cast } from '../../ops/cast.ts';
import { floats, scalar } from '../../ops/constant.ts';
import { exponentialMinusOne } from '../../ops/exponentialMinusOne.ts';
import { gatherPerItem } from '../../ops/gather.ts';
import { maximum } from '../../ops/maximum.ts';
import { minimum } from '../../ops/minimum.ts';
import { multiply } from '../../ops/multiply.ts';
import { reciprocal } from '../../ops/reciprocal.ts';
import { reshape } from '../../ops/reshape.ts';
import { squareRoot } from '../../ops/squareRoot.ts';
import { subtract } from '../../ops/subtract.ts';
import type { Scope } from '../../scope.ts';
import { drawFloats } from './draws.ts';

/** Which rectangles there are. */
export interface RandomRectangle {
  /** Smallest share of the image's area, in (0, 1]. */
  readonly smallestArea: number;
  /** Width over height is from 1 / `largestRatio` to `largestRatio`, its logarithm drawn evenly. */
  readonly largestRatio: number;
}

/**
 * Images [n, h, w, channels] of which a rectangle fills all, by bilinear interpolation with pixel centres at halves. A side
 * that would be longer than the image's is cut to it, where torchvision draws again.
 */
export function resizeRandomCrop(scope: Scope, images: Tensor, seed: Tensor, rectangle: RandomRectangle): Tensor {
  const [height, width] = [at(images.shape, 1), at(images.shape, 2)];
  const draw = (user: string, from: number, to: number) => drawFloats(scope, { images, seed, user }, from, to);
  const area = draw('area', rectangle.smallestArea * height * width, height * width);
  const logarithm = Math.log(rectangle.largestRatio);
  const ratio = add(scope, exponentialMinusOne(scope, draw('ratio', -logarithm, logarithm)), scalar(scope, 1));
  const columns = side(scope, multiply(scope, area, ratio), width);
  const rows = side(scope, multiply(scope, area, reciprocal(scope, ratio)), height);
  const stretched = stretch(scope, images, { axis: 1, size: rows, position: draw('top', 0, 1) });
  return stretch(scope, stretched, { axis: 2, size: columns, position: draw('left', 0, 1) });
}

/** √square to the nearest whole number from 1 to `most`, float32 [n, 1]. */
function side(scope: Scope, square: Tensor, most: number): Tensor {
  const rounded = whole(scope, add(scope, squareRoot(scope, square), scalar(scope, 0.5)));
  return minimum(scope, maximum(scope, rounded, scalar(scope, 1)), scalar(scope, most));
}

/** Positive numbers rounded down, still as floats. */
function whole(scope: Scope, x: Tensor): Tensor {
  return cast(scope, cast(scope, x, 'int32'), 'float32');
}

/** Which lines along an axis fill all of it: `size` (whole) of them; `position` in [0, 1) says where they begin. Both [n, 1]. */
interface Stretch {
  readonly axis: 1 | 2;
  readonly size: Tensor;
  readonly position: Tensor;
}

/** Each new line is between two old ones, of which it takes a share each. */
function stretch(scope: Scope, images: Tensor, { axis, size, position }: Stretch): Tensor {
  const lines = at(images.shape, axis);
  const one = scalar(scope, 1);
  const choices = subtract(scope, scalar(scope, lines + 1), size);
  const start = whole(scope, multiply(scope, position, choices));
  const centres = floats(
    scope,
    Array.from({ length: lines }, (_, line) => (line + 0.5) / lines),
  );
  const inside = subtract(scope, multiply(scope, size, centres), scalar(scope, 0.5));
  const clamped = minimum(scope, maximum(scope, inside, scalar(scope, 0)), subtract(scope, size, one));
  const place = add(scope, start, clamped);
  const before = whole(scope, place);
  const after = minimum(scope, add(scope, before, one), scalar(scope, lines - 1));
  const share = reshape(scope, subtract(scope, place, before), axis === 1 ? [-1, lines, 1, 1] : [-1, 1, lines, 1]);
  const lineAt = (line: Tensor) => gatherPerItem(scope, images, cast(scope, line, 'int32'), axis);
  return add(
    scope,
    multiply(scope, lineAt(before), subtract(scope, one, share)),
    multiply(scope, lineAt(after), share),
  );
}
