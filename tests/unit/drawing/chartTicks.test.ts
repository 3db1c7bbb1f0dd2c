import { describe, expect, it } from 'vitest';
import {
  extent,
  linearTicks,
  logTicks,
  minorTicks,
  roundRange,
  timeTicks,
  wholeTicks,
} from '../../../src-renderer/drawing/chartTicks.ts';

describe('ticks', () => {
  it('are round numbers', () => {
    expect(linearTicks(0.52, 0.87, 4)).toEqual([0.6, 0.7, 0.8]);
    expect(linearTicks(0, 300, 4)).toEqual([0, 100, 200, 300]);
    expect(linearTicks(1, 1, 4)).toEqual([]);
  });

  it('are whole where halves mean nothing', () => {
    expect(wholeTicks(0, 3, 5)).toEqual([0, 1, 2, 3]);
    expect(wholeTicks(0, 9, 4).every(Number.isInteger)).toBe(true);
  });

  it('fall on minutes and hours on a time axis', () => {
    expect(timeTicks(0, 150, 5)).toEqual([0, 30, 60, 90, 120, 150]);
    expect(timeTicks(0, 15_840, 4)).toEqual([0, 7200, 14_400]);
  });

  it('fall on 1 and 3 times powers of ten over decades, and closer within one', () => {
    expect(logTicks(0.02, 2)).toEqual([0.03, 0.1, 0.3, 1]);
    expect(logTicks(0.3, 2.5)).toEqual([0.3, 0.5, 0.7, 1, 2]);
    expect(logTicks(0, 1)).toEqual([]);
  });

  it('have five or four minor parts, whole ones for epochs', () => {
    expect(minorTicks([0, 10, 20], 20, false)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    expect(minorTicks([0, 4, 8], 8, true)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(minorTicks([0, 1, 2], 2, true)).toEqual([]);
  });
});

describe('ranges', () => {
  it('ignore what is no number', () => {
    expect(extent([null, NaN, 3, 1, undefined, Infinity])).toEqual([1, 3]);
    expect(extent([null, NaN])).toBeNull();
  });

  it('reach to round values, also around a single one', () => {
    expect(roundRange(59, 74.5, 4)).toEqual([55, 75]);
    const [low, high] = roundRange(59, 59, 4);
    expect(low).toBeLessThan(59);
    expect(high).toBeGreaterThan(59);
  });
});
