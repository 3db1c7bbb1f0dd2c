/** From stored pixels to what the network sees. */

import type { Tensor } from '../node.ts';
import { cast } from '../ops/cast.ts';
import { floats } from '../ops/constant.ts';
import { multiply } from '../ops/multiply.ts';
import { subtract } from '../ops/subtract.ts';
import type { Scope } from '../scope.ts';

/** Statistics of the training images by channel, in units of 0 to 255. */
export interface Normalisation {
  readonly mean: readonly number[];
  /** Zero for a channel that never changes; such a channel becomes 0. */
  readonly standardDeviation: readonly number[];
}

/** (pixel - mean) / standard deviation, float32, of uint8 images [n, h, w, channels]. */
export function normalise(scope: Scope, images: Tensor, normalisation: Normalisation): Tensor {
  return normalisePixels(scope, cast(scope, images, 'float32'), normalisation);
}

/** As `normalise`, of pixels that are floats already. */
export function normalisePixels(scope: Scope, pixels: Tensor, normalisation: Normalisation): Tensor {
  const inverse = normalisation.standardDeviation.map((deviation) => (deviation > 0 ? 1 / deviation : 1));
  const centred = subtract(scope, pixels, floats(scope, normalisation.mean));
  return multiply(scope, centred, floats(scope, inverse));
}
