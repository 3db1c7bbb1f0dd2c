/** How many images each split gets. */

import { SPLITS, type Split } from './dataset.ts';

/** A number for each split: shares that sum to 1, or images. */
export type BySplit = Readonly<Record<Split, number>>;

/**
 * Images of each split: rounded so that they sum to all (the largest remainders are rounded up). A split with a share gets an
 * image as long as there are enough: train first, then test, then validation.
 */
export function cutByShares(images: number, shares: BySplit): BySplit {
  // To the millionth, so that 0.29 of 100 is 29 and not a little less.
  const exact = SPLITS.map((split) => Math.round(shares[split] * images * 1e6) / 1e6);
  // With one image only, it is for training.
  if (images === 1 && (exact[0] ?? 0) > 0) return { train: 1, validation: 0, test: 0 };
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
  const [train = 0, validation = 0, test = 0] = counts;
  return { train, validation, test };
}

/**
 * Images of each split when a dataset is split anew; of each class by itself when it is stratified.
 * @param perClass images of each class, over all splits
 */
export function countsByShares(perClass: readonly number[], shares: BySplit, stratified: boolean): BySplit {
  const groups = stratified ? perClass : [perClass.reduce((sum, images) => sum + images, 0)];
  const parts = groups.map((images) => cutByShares(images, shares));
  const total = (split: Split): number => parts.reduce((sum, part) => sum + part[split], 0);
  return { train: total('train'), validation: total('validation'), test: total('test') };
}
