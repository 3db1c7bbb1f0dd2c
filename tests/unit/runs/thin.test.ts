import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thin } from '../../../src-main/runs/thin.ts';

const losses = fc.array(
  fc.oneof({ weight: 30, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) }, fc.constant(Number.NaN)),
  {
    minLength: 1,
    maxLength: 300,
  },
);
const limits = fc.integer({ min: 4, max: 60 });

describe('thin', () => {
  it('keeps the order, the limit and both ends', () => {
    fc.assert(
      fc.property(losses, limits, (values, limit) => {
        const kept = thin(values, limit);
        expect(kept.length).toBeLessThanOrEqual(Math.max(limit, 1));
        expect(kept).toEqual([...new Set(kept)].sort((left, right) => left - right));
        expect(kept[0]).toBe(0);
        expect(kept[kept.length - 1]).toBe(values.length - 1);
      }),
    );
  });

  it('keeps the highest and the lowest value, and shows that there was a NaN', () => {
    fc.assert(
      fc.property(losses, limits, (values, limit) => {
        const kept = thin(values, limit).map((index) => values[index] ?? Number.NaN);
        const finite = values.filter(Number.isFinite);
        if (finite.length < values.length) expect(kept.some((value) => !Number.isFinite(value))).toBe(true);
        else expect(Math.max(...kept)).toBe(Math.max(...values));
        if (finite.length > 0) expect(kept).toContain(Math.min(...finite));
      }),
    );
  });

  it('leaves a short curve alone', () => {
    expect(thin([3, 1, 2], 4)).toEqual([0, 1, 2]);
  });
});
