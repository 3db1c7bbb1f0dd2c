/** Random numbers for each image of a batch. */

import type { Tensor } from '../../node.ts';
import { add } from '../../ops/add.ts';
import { concat } from '../../ops/concat.ts';
import { integers, scalar } from '../../ops/constant.ts';
import { multiply } from '../../ops/multiply.ts';
import { randomInteger } from '../../ops/randomInteger.ts';
import { randomUniform } from '../../ops/randomUniform.ts';
import type { Scope } from '../../scope.ts';
import { batchSizeOf } from '../activation.ts';
import { seedFor } from '../random.ts';

/** What images are drawn for, and the seed (int32 [2]) that decides. */
export interface Draw {
  readonly images: Tensor;
  readonly seed: Tensor;
  /** Sets this draw apart from the others of the same seed. */
  readonly user: string;
  /** Numbers for each image; 1 when absent. */
  readonly count?: number;
}

/** A whole number from 0 to `limit` - 1 for each image, int32 [n, count]. */
export function drawIntegers(scope: Scope, { images, seed, user, count }: Draw, limit: number): Tensor {
  return randomInteger(scope, columns(scope, images, count), seedFor(scope, seed, `augment/${user}`), limit);
}

/** A number in [from, to) for each image, float32 [n, count]. */
export function drawFloats(scope: Scope, { images, seed, user, count }: Draw, from: number, to: number): Tensor {
  const drawn = randomUniform(scope, columns(scope, images, count), seedFor(scope, seed, `augment/${user}`));
  return add(scope, multiply(scope, drawn, scalar(scope, to - from)), scalar(scope, from));
}

/** The shape [n, count]. */
function columns(scope: Scope, images: Tensor, count = 1): Tensor {
  return concat(scope, [batchSizeOf(scope, images), integers(scope, [count])], 0);
}
