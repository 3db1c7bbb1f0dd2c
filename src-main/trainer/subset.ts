/** Which images of the train split a run uses. */

import { shuffle } from '../datasets/order.ts';

/** Keeps this stream apart from the ones that other parts draw from the same seed. */
const STREAM = 0x73756273;

/**
 * Positions of `limit` images, rising, with each class in the share that it has in the split (largest remainders), drawn by
 * the seed; all images when `limit` is null or not smaller than the split.
 */
export function trainingSubset(labels: Uint16Array, classes: number, limit: number | null, seed: number): Uint32Array {
  if (limit === null || limit >= labels.length) return Uint32Array.from(labels, (_label, index) => index);
  const members: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, index) => members[label]?.push(index));
  const quotas = apportion(
    members.map(({ length }) => length),
    limit,
  );
  const chosen = members.flatMap((indexes, label) => {
    const drawn = Uint32Array.from(indexes);
    shuffle(drawn, STREAM, seed, label);
    return [...drawn.subarray(0, quotas[label])];
  });
  return Uint32Array.from(chosen).sort();
}

/** Splits `total` in proportion to `counts`; what rounding down leaves over goes to the largest remainders. */
function apportion(counts: readonly number[], total: number): readonly number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (total * count) / all);
  const quotas = exact.map(Math.floor);
  const left = total - quotas.reduce((sum, quota) => sum + quota, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) quotas[index] = (quotas[index] ?? 0) + 1;
  return quotas;
}
