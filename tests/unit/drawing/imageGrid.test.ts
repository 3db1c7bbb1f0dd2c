import { describe, expect, it } from 'vitest';
import {
  cellAt,
  cellOrigin,
  columnsFor,
  filledGrid,
  gridOf,
  heightOf,
  moveByKey,
  scrollToShow,
  visibleRange,
  widthOf,
} from '../../../src-renderer/drawing/imageGrid.ts';

const GRID = { columns: 12, count: 100_000, step: 50 };

describe('the image grid', () => {
  it('fits as many 48-pixel cells as the pane holds', () => {
    expect(columnsFor(598)).toBe(12);
    expect(columnsFor(597)).toBe(11);
    expect(columnsFor(10)).toBe(1);
    expect(widthOf(GRID)).toBe(598);
  });

  it('makes cells as large as fit all at once, and as small as 48 pixels where they scroll', () => {
    const few = filledGrid(700, 300, 24, 144);
    expect(heightOf(few)).toBeLessThanOrEqual(300);
    expect(few.cell).toBeGreaterThan(48);
    expect(cellAt(few, few.step + 1, 1)).toBe(1);
    expect(filledGrid(700, 300, 1000, 144).cell).toBe(48);
    expect(filledGrid(700, 300, 1, 144).cell).toBe(144);
  });

  it('spreads its columns over all of the width, whatever is left beside them', () => {
    const grid = gridOf(645, 1000);
    expect(grid.columns).toBe(12);
    expect(widthOf(grid)).toBe(645);
    const last = cellOrigin(grid, 11);
    expect(last.x + 48).toBe(645);
    expect([last.x - 1, last.x, last.x + 47].map((x) => cellAt(grid, x, 0))).toEqual([null, 11, 11]);
  });

  it('asks for whole visible rows only, however many images there are', () => {
    expect(visibleRange(GRID, 0, 450)).toEqual({ first: 0, end: 108 });
    expect(visibleRange(GRID, 5025, 100)).toEqual({ first: 1200, end: 1236 });
    expect(visibleRange(GRID, heightOf(GRID) - 100, 100)).toEqual({ first: 99_972, end: 100_000 });
  });

  it('finds the cell under a point, and none in a gap or behind the end', () => {
    expect(cellAt(GRID, 51, 0)).toBe(1);
    expect(cellAt(GRID, 49, 0)).toBeNull();
    expect(cellAt({ columns: 12, count: 5, step: 50 }, 300, 0)).toBeNull();
    const { x, y } = cellOrigin(GRID, 4711);
    expect(cellAt(GRID, x + 10, y + 10)).toBe(4711);
  });

  it.each([
    ['ArrowRight', 14],
    ['ArrowLeft', 12],
    ['ArrowDown', 25],
    ['ArrowUp', 1],
    ['PageDown', 13 + 36],
    ['PageUp', 1],
    ['Home', 0],
    ['End', 99_999],
  ])('%s leads from 13 to %i', (key, target) => {
    expect(moveByKey(GRID, 13, key, 3)).toBe(target);
  });

  it('stays in the grid at its edges, and leaves other keys alone', () => {
    expect(moveByKey(GRID, 0, 'ArrowUp', 3)).toBe(0);
    expect(moveByKey(GRID, 99_999, 'ArrowRight', 3)).toBe(99_999);
    expect(moveByKey(GRID, 0, 'a', 3)).toBeNull();
    expect(moveByKey({ columns: 3, count: 0, step: 50 }, 0, 'End', 3)).toBeNull();
  });

  it('scrolls just far enough to show a cell', () => {
    expect(scrollToShow(GRID, 0, 200, 450)).toBe(0);
    expect(scrollToShow(GRID, 60, 200, 450)).toBe(200);
    expect(scrollToShow(GRID, 120, 0, 450)).toBe(548 - 450);
  });
});
