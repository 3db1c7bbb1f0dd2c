import { describe, expect, it } from 'vitest';
import { barHeights, imbalance, roundTicks, stackBars, thinOut } from '../../../src-renderer/drawing/bars.ts';

describe('stackBars', () => {
  it('puts parts end to end on one scale for all bars', () => {
    const [large, small] = stackBars(
      [
        [60, 20, 20],
        [25, 0, 25],
      ],
      200,
    );
    expect(large).toEqual([
      { start: 0, length: 120 },
      { start: 120, length: 40 },
      { start: 160, length: 40 },
    ]);
    expect(small?.map(({ length }) => length)).toEqual([50, 0, 50]);
  });

  it('keeps a rare part visible', () => {
    expect(stackBars([[100_000, 1]], 100)[0]?.[1]?.length).toBe(0.5);
  });
});

describe('barHeights', () => {
  it('keeps what is not zero visible and what is zero empty', () => {
    expect(barHeights([0, 1, 1000], 50)).toEqual([0, 1, 50]);
    expect(barHeights([0, 0], 50)).toEqual([0, 0]);
  });
});

describe('thinOut', () => {
  it('leaves short lists alone and averages neighbours of long ones', () => {
    expect(thinOut([1, 2], 10)).toEqual([1, 2]);
    expect(thinOut([1, 3, 5, 7], 2)).toEqual([2, 6]);
  });
});

describe('imbalance', () => {
  it('compares the largest with the smallest class', () => {
    expect(imbalance([10, 5, 8])).toBe(2);
    expect(imbalance([10, 0])).toBeNull();
    expect(imbalance([])).toBeNull();
  });
});

describe('roundTicks', () => {
  it('steps by round numbers from zero, never past the end', () => {
    expect(roundTicks(6000, 3)).toEqual([0, 2000, 4000, 6000]);
    expect(roundTicks(7, 3)).toEqual([0, 5]);
    expect(roundTicks(1, 3)).toEqual([0, 1]);
    expect(roundTicks(0, 3)).toEqual([0]);
  });
});
