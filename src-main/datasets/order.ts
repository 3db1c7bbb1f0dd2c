/** The order in which an epoch sees its images. */

import { createRandom } from './random.ts';

/**
 * A permutation of 0 to count - 1 (Fisher and Yates): a pure function of seed, epoch and count, so that a resumed run
 * sees the images exactly as an uninterrupted one.
 */
export function batchOrder(seed: number, epoch: number, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index++) order[index] = index;
  shuffle(order, seed, epoch);
  return order;
}

/** Puts the elements into a random order that is a pure function of `words` and the length. */
export function shuffle(order: Uint32Array, ...words: readonly number[]): void {
  const random = createRandom(...words);
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
}
