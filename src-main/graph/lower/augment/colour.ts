/** Colours changed at random for each image, as torchvision's ColorJitter does it on tensors. */

import { at, illegal } from '../../illegal.ts';
import type { Tensor } from '../../node.ts';
import { add } from '../../ops/add.ts';
import { floats, scalar } from '../../ops/constant.ts';
import { matMul } from '../../ops/matMul.ts';
import { maximum } from '../../ops/maximum.ts';
import { minimum } from '../../ops/minimum.ts';
import { multiply } from '../../ops/multiply.ts';
import { reshape } from '../../ops/reshape.ts';
import { subtract } from '../../ops/subtract.ts';
import type { Scope } from '../../scope.ts';
import { poolGlobally } from '../layers.ts';
import { drawFloats } from './draws.ts';

/** How much red, green and blue weigh in a grey (ITU-R 601-2, as torchvision has it). */
const GREY = [0.2989, 0.587, 0.114];
const LARGEST = 255;

/** By how much each property may change, in [0, 1]: factors are drawn from [1 - x, 1 + x]. */
export interface ColourChange {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/**
 * Pixels as floats from 0 to 255, [n, h, w, 1 or 3], with a brightness, a contrast and a saturation of their own, in this
 * order, each cut to the range of pixels. Grey images have no saturation.
 */
export function jitterColours(scope: Scope, pixels: Tensor, seed: Tensor, change: ColourChange): Tensor {
  const factor = (user: keyof ColourChange) => {
    const drawn = drawFloats(scope, { images: pixels, seed, user }, 1 - change[user], 1 + change[user]);
    return reshape(scope, drawn, [-1, 1, 1, 1]);
  };
  let result = pixels;
  if (change.brightness > 0) result = blend(scope, result, scalar(scope, 0), factor('brightness'));
  if (change.contrast > 0) {
    const grey = reshape(scope, poolGlobally(scope, greyOf(scope, result)), [-1, 1, 1, 1]);
    result = blend(scope, result, grey, factor('contrast'));
  }
  if (change.saturation > 0 && at(pixels.shape, 3) === GREY.length) {
    result = blend(scope, result, greyOf(scope, result), factor('saturation'));
  }
  return result;
}

/** factor · x + (1 - factor) · other, from 0 to 255. */
function blend(scope: Scope, x: Tensor, other: Tensor, factor: Tensor): Tensor {
  const rest = subtract(scope, scalar(scope, 1), factor);
  const mixed = add(scope, multiply(scope, x, factor), multiply(scope, other, rest));
  return minimum(scope, maximum(scope, mixed, scalar(scope, 0)), scalar(scope, LARGEST));
}

/** [n, h, w, 1]. */
function greyOf(scope: Scope, pixels: Tensor): Tensor {
  const [, height, width, channels] = pixels.shape;
  if (height === undefined || width === undefined) return illegal('images have four axes');
  if (channels !== GREY.length) return pixels;
  const rows = reshape(scope, pixels, [-1, GREY.length]);
  return reshape(scope, matMul(scope, rows, floats(scope, GREY, [GREY.length, 1])), [-1, height, width, 1]);
}
