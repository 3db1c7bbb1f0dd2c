/** A random rectangle of each image, scaled to the image's size, as torchvision's RandomResizedCrop. */

import { at } from '../../illegal.ts';
import type { Tensor } from '../../node.ts';
import { add } from '../../ops/add.ts';
import { argMax } from '../../ops/argMax.ts';
import { cast } from '../../ops/cast.ts';
import { floats, scalar } from '../../ops/constant.ts';
import { exponentialMinusOne } from '../../ops/exponentialMinusOne.ts';
import { gatherPerItem } from '../../ops/gather.ts';
import { greaterEqual } from '../../ops/greaterEqual.ts';
import { matMul } from '../../ops/matMul.ts';
import { maximum } from '../../ops/maximum.ts';
import { minimum } from '../../ops/minimum.ts';
import { multiply } from '../../ops/multiply.ts';
import { oneHot } from '../../ops/oneHot.ts';
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

/** Draws of a rectangle before the middle of the image is taken (torchvision). */
const TRIES = 10;

/**
 * Images [n, h, w, channels] of which a rectangle fills all, by bilinear interpolation with pixel centres at halves. A rectangle
 * that does not fit is drawn again, up to ten times in all; then it is the largest of a ratio that is allowed, in the middle.
 */
export function resizeRandomCrop(scope: Scope, images: Tensor, seed: Tensor, rectangle: RandomRectangle): Tensor {
  const [height, width] = [at(images.shape, 1), at(images.shape, 2)];
  const middle = middleOf(height, width, rectangle.largestRatio);
  const tried = tries(scope, images, seed, rectangle);
  const choice = firstThatFits(scope, tried, { height, width });
  const some = rowSum(scope, choice);
  const none = subtract(scope, scalar(scope, 1), some);
  const chosen = (sizes: Tensor, otherwise: number): Tensor =>
    add(scope, rowSum(scope, multiply(scope, choice, sizes)), multiply(scope, none, scalar(scope, otherwise)));
  const place = (user: string, lines: number, size: Tensor, otherwise: number): Tensor => {
    const choices = subtract(scope, scalar(scope, lines + 1), size);
    const drawn = whole(scope, multiply(scope, drawFloats(scope, { images, seed, user }, 0, 1), choices));
    return add(scope, multiply(scope, some, drawn), multiply(scope, none, scalar(scope, otherwise)));
  };
  const rows = chosen(tried.rows, middle.rows);
  const columns = chosen(tried.columns, middle.columns);
  const top = place('top', height, rows, Math.floor((height - middle.rows) / 2));
  const left = place('left', width, columns, Math.floor((width - middle.columns) / 2));
  const stretched = stretch(scope, images, { axis: 1, size: rows, start: top });
  return stretch(scope, stretched, { axis: 2, size: columns, start: left });
}

/** Rows and columns of every try, float32 [n, tries]. */
interface Tries {
  readonly rows: Tensor;
  readonly columns: Tensor;
}

function tries(scope: Scope, images: Tensor, seed: Tensor, { smallestArea, largestRatio }: RandomRectangle): Tries {
  const pixels = at(images.shape, 1) * at(images.shape, 2);
  const draw = (user: string, from: number, to: number) =>
    drawFloats(scope, { images, seed, user, count: TRIES }, from, to);
  const area = draw('area', smallestArea * pixels, pixels);
  const logarithm = Math.log(largestRatio);
  const ratio = add(scope, exponentialMinusOne(scope, draw('ratio', -logarithm, logarithm)), scalar(scope, 1));
  return {
    columns: side(scope, multiply(scope, area, ratio)),
    rows: side(scope, multiply(scope, area, reciprocal(scope, ratio))),
  };
}

/** 1 at the first try of each image that lies inside it and 0 elsewhere, float32 [n, tries]; all 0 where none does. */
function firstThatFits(
  scope: Scope,
  { rows, columns }: Tries,
  { height, width }: { readonly height: number; readonly width: number },
): Tensor {
  const atLeast = (a: Tensor, b: Tensor) => cast(scope, greaterEqual(scope, a, b), 'float32');
  const within = (size: Tensor, most: number) =>
    multiply(scope, atLeast(size, scalar(scope, 1)), atLeast(scalar(scope, most), size));
  const fits = multiply(scope, within(rows, height), within(columns, width));
  const earlier = floats(scope, [...Array(TRIES).keys()].map((index) => index + 1).reverse());
  const first = oneHot(scope, argMax(scope, multiply(scope, fits, earlier)), TRIES);
  return multiply(scope, fits, first);
}

/** The sum of each row of x [n, tries], [n, 1]. */
function rowSum(scope: Scope, x: Tensor): Tensor {
  return matMul(scope, x, floats(scope, new Array<number>(TRIES).fill(1), [TRIES, 1]));
}

/** The largest rectangle whose ratio of width to height is allowed. */
function middleOf(height: number, width: number, largestRatio: number): { rows: number; columns: number } {
  const ratio = width / height;
  if (ratio < 1 / largestRatio) return { columns: width, rows: Math.round(width * largestRatio) };
  return ratio > largestRatio
    ? { columns: Math.round(height * largestRatio), rows: height }
    : { columns: width, rows: height };
}

/** √square to the nearest whole number. */
function side(scope: Scope, square: Tensor): Tensor {
  return whole(scope, add(scope, squareRoot(scope, square), scalar(scope, 0.5)));
}

/** Positive numbers rounded down, still as floats. */
function whole(scope: Scope, x: Tensor): Tensor {
  return cast(scope, cast(scope, x, 'int32'), 'float32');
}

/** Which lines along an axis fill all of it: `size` of them from `start` on, both whole, [n, 1]. */
interface Stretch {
  readonly axis: 1 | 2;
  readonly size: Tensor;
  readonly start: Tensor;
}

/** Each new line is between two old ones, of which it takes a share each. */
function stretch(scope: Scope, images: Tensor, { axis, size, start }: Stretch): Tensor {
  const lines = at(images.shape, axis);
  const one = scalar(scope, 1);
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
