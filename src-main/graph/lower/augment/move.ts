/** The paper's "+" augmentation: each image is mirrored with probability 1/2 and shifted by up to a few pixels. */

import { at } from '../../illegal.ts';
import type { Tensor } from '../../node.ts';
import { add } from '../../ops/add.ts';
import { integers } from '../../ops/constant.ts';
import { equal } from '../../ops/equal.ts';
import { gatherPerItem } from '../../ops/gather.ts';
import { pad } from '../../ops/pad.ts';
import { select } from '../../ops/select.ts';
import type { Scope } from '../../scope.ts';
import { drawIntegers } from './draws.ts';

/** How images may move. */
export interface Movement {
  readonly mirror: boolean;
  /** Pixels of zeros on each side; the crop is anywhere inside. */
  readonly margin: number;
}

/** Shifts and mirrors by picking rows and columns of the padded images: two Gathers, whatever is asked for. */
export function move(scope: Scope, images: Tensor, seed: Tensor, { mirror, margin }: Movement): Tensor {
  if (!mirror && margin === 0) return images;
  const [height, width] = [at(images.shape, 1), at(images.shape, 2)];
  const offsets = (user: string) => drawIntegers(scope, { images, seed, user }, 2 * margin + 1);
  const rows = add(scope, offsets('rows'), counting(scope, height));
  const start = offsets('columns');
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
  const flips = drawIntegers(scope, { images, seed, user: 'mirror' }, 2);
  return select(scope, equal(scope, flips, integers(scope, [1], [])), reversed, plain);
}

/** 0, 1, ..., count - 1. */
function counting(scope: Scope, count: number): Tensor {
  return integers(scope, [...Array(count).keys()]);
}
