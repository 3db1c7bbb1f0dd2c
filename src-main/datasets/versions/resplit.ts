/** Splits images anew by a seed. */

import type { Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import { shuffle } from '../order.ts';

/** How to split. */
export interface Resplit {
  /** Shares of all images, summing to 1. */
  readonly shares: Readonly<Record<Split, number>>;
  readonly seed: number;
  /** Whether each class is split by itself, so that all splits have its balance. */
  readonly stratified: boolean;
}

/**
 * The split of each image, as its place in `SPLITS`: a pure function of the labels in their order, the shares and the seed.
 * Every class keeps at least one image to train on, if training has a share.
 */
export function resplit(labels: ArrayLike<number>, { shares, seed, stratified }: Resplit): Uint8Array {
  const places = new Uint8Array(labels.length);
  for (const { images, stream } of stratified ? byClass(labels) : [{ images: everything(labels), stream: 0 }]) {
    shuffle(images, seed, stream);
    let first = 0;
    cut(images.length, shares).forEach((count, place) => {
      for (const image of images.subarray(first, first + count)) places[image] = place;
      first += count;
    });
  }
  return places;
}

/**
 * Images of each split: rounded so that they sum to all (the largest remainders are rounded up). A split with a share gets an
 * image as long as there are enough: train first, then test, then validation.
 */
function cut(images: number, shares: Resplit['shares']): readonly number[] {
  // To the millionth, so that 0.29 of 100 is 29 and not a little less.
  const exact = SPLITS.map((split) => Math.round(shares[split] * images * 1e6) / 1e6);
  const counts = exact.map(Math.floor);
  const remainder = (place: number): number => (exact[place] ?? 0) % 1;
  const byRemainder = [0, 1, 2].sort((one, other) => remainder(other) - remainder(one) || one - other);
  let left = images - counts.reduce((sum, count) => sum + count, 0);
  for (const place of byRemainder) {
    if (left <= 0) break;
    counts[place] = (counts[place] ?? 0) + 1;
    left -= 1;
  }
  for (const place of [0, 2, 1]) {
    if ((exact[place] ?? 0) === 0 || (counts[place] ?? 0) > 0) continue;
    const largest = counts.indexOf(Math.max(...counts));
    if ((counts[largest] ?? 0) < 2) continue;
    counts[largest] = (counts[largest] ?? 0) - 1;
    counts[place] = 1;
  }
  // With one image only, it is for training.
  if (images === 1 && (exact[0] ?? 0) > 0) return [1, 0, 0];
  return counts;
}

function byClass(labels: ArrayLike<number>): readonly { readonly images: Uint32Array; readonly stream: number }[] {
  const groups = new Map<number, number[]>();
  for (let image = 0; image < labels.length; image++) {
    const label = labels[image] ?? 0;
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [image]);
    else group.push(image);
  }
  return [...groups].map(([stream, images]) => ({ images: Uint32Array.from(images), stream }));
}

function everything(labels: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: labels.length }, (_, image) => image);
}
