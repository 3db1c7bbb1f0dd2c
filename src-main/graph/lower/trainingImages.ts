/** From stored pixels to what a network sees while it is trained. */

import type { Augmentation } from '../../contract/recipe.ts';
import type { Tensor } from '../node.ts';
import { cast } from '../ops/cast.ts';
import type { Scope } from '../scope.ts';
import { augment, augmentColours } from './augment.ts';
import { blendWithNext } from './objective.ts';
import { normalisePixels, type Normalisation } from './preprocess.ts';

/** What decides how images are seen. */
export interface SeeingSettings extends Normalisation {
  readonly augmentation: Augmentation;
}

/**
 * Normalised images with everything random done to them, float32.
 * @param images uint8 [n, h, w, channels]
 * @param seed int32 [2]
 * @param share float32 [], the part of a blend that is the image's own; without it none is blended
 */
export function trainingImages(
  root: Scope,
  images: Tensor,
  settings: SeeingSettings,
  { seed, share }: { readonly seed: Tensor; readonly share: Tensor | undefined },
): Tensor {
  const [preprocess, augmenting] = [root.child('preprocess'), root.child('augment')];
  const pixels = augmentColours(augmenting, cast(preprocess, images, 'float32'), seed, settings.augmentation);
  const normalised = normalisePixels(preprocess, pixels, settings);
  const augmented = augment(augmenting, normalised, seed, settings.augmentation);
  return share === undefined ? augmented : blendWithNext(root.child('augment/mixup'), augmented, share);
}
