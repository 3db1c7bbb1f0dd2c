import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trainingSubset } from '../../../src-main/trainer/subset.ts';

const LABELS = Uint16Array.from({ length: 1000 }, (_, index) => (index % 10 < 7 ? 0 : index % 10 < 9 ? 1 : 2));

function perClass(indexes: Uint32Array, labels: Uint16Array): number[] {
  const counts = [0, 0, 0];
  for (const index of indexes) {
    const label = labels[index] ?? 0;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

describe('trainingSubset', () => {
  it('keeps the share of each class', () => {
    expect(perClass(trainingSubset(LABELS, 3, 100, 1), LABELS)).toEqual([70, 20, 10]);
    expect(perClass(trainingSubset(LABELS, 3, 5, 1), LABELS)).toEqual([4, 1, 0]);
  });

  it('takes everything without a limit, or with one beyond the split', () => {
    const everything = Uint32Array.from(LABELS.keys());
    expect(trainingSubset(LABELS, 3, null, 1)).toEqual(everything);
    expect(trainingSubset(LABELS, 3, 5000, 1)).toEqual(everything);
  });

  it('is drawn by the seed', () => {
    expect(trainingSubset(LABELS, 3, 100, 1)).toEqual(trainingSubset(LABELS, 3, 100, 1));
    expect(trainingSubset(LABELS, 3, 100, 1)).not.toEqual(trainingSubset(LABELS, 3, 100, 2));
  });

  it('holds exactly `limit` different images, rising', () => {
    const labels = fc.uint8Array({ minLength: 2, maxLength: 300, max: 4 });
    fc.assert(
      fc.property(labels, fc.integer({ min: 1, max: 300 }), fc.nat(), (drawn, limit, seed) => {
        const subset = trainingSubset(Uint16Array.from(drawn), 5, limit, seed);
        expect(subset).toHaveLength(Math.min(limit, drawn.length));
        expect([...new Set(subset)].sort((a, b) => a - b)).toEqual([...subset]);
      }),
    );
  });
});
