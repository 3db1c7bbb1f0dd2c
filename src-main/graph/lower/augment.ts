/** Random changes of the training images, as functions of the fed seed. */

import type { Augmentation } from '../../contract/recipe.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { jitterColours } from './augment/colour.ts';
import { cutOut } from './augment/cutout.ts';
import { move } from './augment/move.ts';
import { resizeRandomCrop } from './augment/resizedCrop.ts';

/**
 * Pixels as floats from 0 to 255, [n, h, w, channels], in other colours; as they are when nothing is asked for.
 * @param seed int32 [2]
 */
export function augmentColours(scope: Scope, pixels: Tensor, seed: Tensor, { colour }: Augmentation): Tensor {
  return colour === null ? pixels : jitterColours(scope, pixels, seed, colour);
}

/**
 * Normalised images [n, h, w, channels] cropped, mirrored and cut out at random, as a function of `seed` (int32 [2]). The
 * margin of a shift and what is cut out are zero, which after normalisation by channel is the channel mean.
 */
export function augment(scope: Scope, images: Tensor, seed: Tensor, augmentation: Augmentation): Tensor {
  const { mirror, crop, cutout } = augmentation;
  const cropped = crop.kind === 'randomResized' ? resizeRandomCrop(scope, images, seed, crop) : images;
  const moved = move(scope, cropped, seed, { mirror, margin: crop.kind === 'shift' ? crop.pixels : 0 });
  return cutout === null ? moved : cutOut(scope, moved, seed, cutout.size);
}
