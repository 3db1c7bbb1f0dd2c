/** The paper's "+" augmentation: each image is mirrored with probability 1/2 and shifted by up to 4 pixels. */

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

/** Pixels of margin on each side; the crop is anywhere inside. */
const MARGIN = 4;

/**
 * Normalised images [n, h, w, channels] mirrored and shifted at random, as a function of `seed` (int32 [2]). The margin
 * is zero, which after normalisation is the channel mean.
 */
export function augment(scope: Scope, images: Tensor, seed: Tensor): Tensor {
  const [height, width] = [at(images.shape, 1), at(images.shape, 2)];
  const rows = add(scope, offsets(scope, images, seed, 'rows'), counting(scope, height));
  const start = offsets(scope, images, seed, 'columns');
  const plain = add(scope, start, counting(scope, width));
  const mirrored = add(scope, start, integers(scope, [...Array(width).keys()].reverse()));
  const columns = select(scope, coinFlips(scope, images, seed), mirrored, plain);
  const margin: readonly [number, number] = [MARGIN, MARGIN];
  const padded = pad(scope, images, [[0, 0], margin, margin, [0, 0]]);
  return gatherPerItem(scope, gatherPerItem(scope, padded, rows, 1), columns, 2);
}

/** Where each image's crop begins, int32 [n, 1]. */
function offsets(scope: Scope, images: Tensor, seed: Tensor, user: string): Tensor {
  return randomInteger(scope, oneColumn(scope, images), seedFor(scope, seed, `augment/${user}`), 2 * MARGIN + 1);
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
