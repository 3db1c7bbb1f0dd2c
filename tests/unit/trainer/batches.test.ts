import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutIntoBatches, largestBatch } from '../../../src-main/trainer/batches.ts';

describe('cutIntoBatches', () => {
  it('keeps the smaller last batch', () => {
    expect(cutIntoBatches(10, 4).map(({ size }) => size)).toEqual([4, 4, 2]);
  });

  it('lets a rest of one image join the batch before it', () => {
    expect(cutIntoBatches(9, 4)).toEqual([
      { offset: 0, size: 4 },
      { offset: 4, size: 5 },
    ]);
  });

  it('covers every image once, in order, and never with a batch of one beside larger ones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 2, max: 80 }), (images, batchSize) => {
        const batches = cutIntoBatches(images, batchSize);
        let offset = 0;
        for (const batch of batches) {
          expect(batch.offset).toBe(offset);
          expect(batch.size).toBeGreaterThan(1);
          expect(batch.size).toBeLessThanOrEqual(batchSize + 1);
          offset += batch.size;
        }
        expect(offset).toBe(images);
        expect(largestBatch(batches)).toBe(Math.max(...batches.map(({ size }) => size)));
      }),
    );
  });

  it('takes a batch size of one at its word', () => {
    expect(cutIntoBatches(3, 1).map(({ size }) => size)).toEqual([1, 1, 1]);
  });
});
