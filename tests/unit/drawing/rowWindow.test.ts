import { describe, expect, it } from 'vitest';
import { rowOffsets, rowWindow, scrollToRow } from '../../../src-renderer/drawing/rowWindow.ts';

/** A head before every tenth run. */
const HEIGHTS = Array.from({ length: 2200 }, (_, index) => (index % 11 === 0 ? 26 : 28));
const OFFSETS = rowOffsets(HEIGHTS);

describe('rows in sight', () => {
  it('are few, cover the view, and leave room for all others', () => {
    const total = HEIGHTS.reduce((sum, height) => sum + height, 0);
    for (let scrollTop = 0; scrollTop <= total - 700; scrollTop += 997) {
      const { first, end, above, below } = rowWindow(OFFSETS, scrollTop, 700, 6);
      const shown = HEIGHTS.slice(first, end).reduce((sum, height) => sum + height, 0);
      expect(end - first).toBeLessThan(45);
      expect(above).toBeLessThanOrEqual(scrollTop);
      expect(above + shown).toBeGreaterThanOrEqual(scrollTop + 700);
      expect(above + shown + below).toBe(total);
    }
  });

  it('are none of an empty list, and the last ones beyond the end', () => {
    expect(rowWindow(rowOffsets([]), 0, 700, 6)).toEqual({ first: 0, end: 0, above: 0, below: 0 });
    expect(rowWindow(OFFSETS, 1e9, 700, 6).end).toBe(HEIGHTS.length);
  });

  it('include a row that is scrolled to, whole and no further than needed', () => {
    const view = { scrollTop: 5000, height: 700, head: 26 };
    for (const row of [0, 3, 180, 200, 1000, 2199]) {
      const scrollTop = scrollToRow(OFFSETS, row, view);
      expect(OFFSETS[row] ?? NaN).toBeGreaterThanOrEqual(scrollTop);
      expect(OFFSETS[row + 1] ?? NaN).toBeLessThanOrEqual(scrollTop + view.height - view.head);
    }
    expect(scrollToRow(OFFSETS, 190, view)).toBe(5000);
  });
});
