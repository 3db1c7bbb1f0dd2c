/** Random changes of the training images, as functions of the fed seed. */

import type { Augmentation } from '../../contract/recipe.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { concat } from '../ops/concat.ts';
import { integers } from '../ops/constant.ts';
import { equal } from '../ops/equal.ts';
import { gatherPerItem } from '../ops/gather.ts';
import { pad } from '../ops/pad.ts';
import { randomInteger } from '../ops/randomInteger.ts';
import { select } from '../ops/select.ts';
import type { Scope } from '../scope.ts';
import { batchSizeOf } from './activation.ts';
import { seedFor } from './random.ts';

/**
 * Normalised images [n, h, w, channels] changed at random, as a function of `seed` (int32 [2]). The margin of a shift is
 * zero, which after normalisation by channel is the channel mean.
 */
export function augment(scope: Scope, images: Tensor, seed: Tensor, { mirror, crop }: Augmentation): Tensor {
  const margin = crop.kind === 'shift' ? crop.pixels : 0;
  if (!mirror && margin === 0) return images;
  return move(scope, images, seed, { mirror, margin });
}

/** Shifts and mirrors by picking rows and columns of the padded images: two Gathers, whatever is asked for. */
function move(
  scope: Scope,
  images: Tensor,
  seed: Tensor,
  { mirror, margin }: { readonly mirror: boolean; readonly margin: number },
): Tensor {
  const [height, width] = [at(images.shape, 1), at(images.shape, 2)];
  const rows = add(scope, offsets(scope, images, seed, { user: 'rows', margin }), counting(scope, height));
  const start = offsets(scope, images, seed, { user: 'columns', margin });
  const plain = add(scope, start, counting(scope, width));
  const columns = mirror ? mirrored(scope, images, seed, { start, plain }) : plain;
  const around: readonly [number, number] = [margin, margin];
  const padded = pad(scope, images, [[0, 0], around, around, [0, 0]]);
  return gatherPerItem(scope, gatherPerItem(scope, padded, rows, 1), columns, 2);
}

/** The columns of each image, int32 [n, width]: from left to right, or for half of the images from right to left. */
function mirrored(
  scope: Scope,
  images: Tensor,
  seed: Tensor,
  { start, plain }: { readonly start: Tensor; readonly plain: Tensor },
): Tensor {
  const width = at(images.shape, 2);
  const reversed = add(scope, start, integers(scope, [...Array(width).keys()].reverse()));
  return select(scope, coinFlips(scope, images, seed), reversed, plain);
}

/** Where each image's crop begins, int32 [n, 1]. */
function offsets(
  scope: Scope,
  images: Tensor,
  seed: Tensor,
  { user, margin }: { readonly user: string; readonly margin: number },
): Tensor {
  return randomInteger(scope, oneColumn(scope, images), seedFor(scope, seed, `augment/${user}`), 2 * margin + 1);
}

/** Whether to mirror each image, bool [n, 1]. */
function coinFlips(scope: Scope, images: Tensor, seed: Tensor): Tensor {
  const flips = randomInteger(scope, oneColumn(scope, images), seedFor(scope, seed, 'augment/mirror'), 2);
  return equal(scope, flips, integers(scope, [1], []));
}

/** The shape [n, 1]. */
function oneColumn(scope: Scope, images: Tensor): Tensor {
  return concat(scope, [batchSizeOf(scope, images), integers(scope, [1])], 0);
}

/** 0, 1, ..., count - 1. */
function counting(scope: Scope, count: number): Tensor {
  return integers(scope, [...Array(count).keys()]);
}
