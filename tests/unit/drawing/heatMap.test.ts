import { describe, expect, it } from 'vitest';
import {
  cellAtPoint,
  groupsOf,
  heatGrid,
  heatLimits,
  heatTicks,
  moveCell,
  shareOf,
} from '../../../src-renderer/drawing/heatMap.ts';

describe('a heat map', () => {
  it('finds the cell under a point, and none outside', () => {
    const grid = heatGrid({ width: 100, height: 50 }, 5, 10);
    expect(grid).toEqual({ width: 10, height: 10 });
    expect(cellAtPoint(grid, 25, 39, 5, 10)).toEqual({ row: 3, column: 2 });
    expect(cellAtPoint(grid, 100, 39, 5, 10)).toBeNull();
  });

  it('keeps cells visible where there is little room', () => {
    expect(heatGrid({ width: 10, height: 10 }, 200, 300)).toEqual({ width: 3, height: 3 });
  });

  it('puts a value at its place on either scale, and none at no place', () => {
    expect(shareOf(0.01, { least: 0.001, most: 1 }, 'log')).toBeCloseTo(1 / 3, 10);
    expect(shareOf(0, { least: 0.001, most: 1 }, 'log')).toBe(0);
    expect(shareOf(0.25, { least: 0, most: 1 }, 'linear')).toBe(0.25);
    expect(shareOf(null, { least: 0, most: 1 }, 'linear')).toBeNull();
  });

  it('has limits above 0 where it is logarithmic, five decades at most, whatever is in it', () => {
    expect(heatLimits([0, 2, null, 0.5], 'log')).toEqual({ least: 0.5, most: 2 });
    expect(heatLimits([1e-9, 1], 'log')).toEqual({ least: 1e-5, most: 1 });
    expect(heatLimits([], 'log').least).toBeGreaterThan(0);
    expect(heatLimits([NaN, 3, 3], 'linear')).toEqual({ least: 3, most: 4 });
  });

  it('has ticks inside its limits, also of less than a decade', () => {
    expect(heatTicks({ least: 0.02, most: 0.7 }, 'log').map((tick) => Number(tick.toPrecision(3)))).toEqual([
      0.02, 0.05, 0.1, 0.2, 0.5,
    ]);
    expect(heatTicks({ least: 1e-4, most: 1 }, 'log')).toHaveLength(5);
  });

  it('gathers neighbours of one name, and is walked by keys to its edges', () => {
    expect(groupsOf(['a', 'a', '', 'b'])).toEqual([
      { label: 'a', first: 0, count: 2 },
      { label: 'b', first: 3, count: 1 },
    ]);
    expect(moveCell({ row: 0, column: 2 }, 'ArrowUp', 4, 5)).toEqual({ row: 0, column: 2 });
    expect(moveCell({ row: 1, column: 2 }, 'End', 4, 5)).toEqual({ row: 1, column: 4 });
    expect(moveCell({ row: 1, column: 2 }, 'a', 4, 5)).toBeNull();
  });
});
