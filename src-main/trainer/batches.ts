/** How an epoch is cut into batches. */

/** A range of the epoch's order. */
export interface Batch {
  readonly offset: number;
  readonly size: number;
}

/**
 * Batches of `batchSize` in order; the smaller rest is kept, as in the released code. A rest of one image joins the batch
 * before it: batch statistics over one image are no statistics, and every image is still seen once.
 */
export function cutIntoBatches(images: number, batchSize: number): readonly Batch[] {
  const rest = images % batchSize;
  const whole = Math.floor(images / batchSize);
  const batches: Batch[] = [];
  for (let index = 0; index < whole; index++) batches.push({ offset: index * batchSize, size: batchSize });
  const last = batches.at(-1);
  if (rest === 1 && last !== undefined) batches[whole - 1] = { offset: last.offset, size: last.size + 1 };
  else if (rest > 0) batches.push({ offset: whole * batchSize, size: rest });
  return batches;
}

/** Images of the largest batch, for buffers. */
export function largestBatch(batches: readonly Batch[]): number {
  return batches.reduce((largest, batch) => Math.max(largest, batch.size), 0);
}
