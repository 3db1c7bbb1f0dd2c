/** Splits images anew by a seed. */

import type { Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import { cutByShares } from '../../contract/splitShares.ts';
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
    const counts = cutByShares(images.length, shares);
    SPLITS.forEach((split, place) => {
      const count = counts[split];
      for (const image of images.subarray(first, first + count)) places[image] = place;
      first += count;
    });
  }
  return places;
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
