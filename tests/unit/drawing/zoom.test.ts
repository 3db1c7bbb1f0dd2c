import { describe, expect, it } from 'vitest';
import { within, zoomAround, zoomKey } from '../../../src-renderer/drawing/zoom.ts';

describe('the part of an axis that is shown', () => {
  it('keeps the place under the pointer where it is', () => {
    expect(zoomAround([0, 100], [0, 100], 0.5, 20)).toEqual([10, 60]);
    const [low, high] = zoomAround([1, 10_000], [1, 10_000], 0.5, 100, true) ?? [0, 0];
    expect([low, high]).toEqual([expect.closeTo(10, 9), expect.closeTo(1000, 9)]);
  });

  it('never leaves the axis, and is all of it again when it would', () => {
    expect(zoomAround([0, 100], [10, 40], 2, 10)).toEqual([10, 70]);
    expect(zoomAround([0, 100], [10, 60], 4, 30)).toBeNull();
    expect(within([0, 100], [120, -5])).toBeNull();
    expect(within([10, 100], [50, -5])).toEqual([10, 50]);
    expect(within([10, 100], [50, 500])).toEqual([50, 100]);
    expect(within([0, 100], [60, 40])).toEqual([40, 60]);
  });

  it('does not go so close that nothing can be told apart', () => {
    expect(within([0, 100], [50, 50.01])).toBeNull();
  });
});

describe('its keys', () => {
  it('go closer around the needle, away again, and back to all of it', () => {
    expect(zoomKey('+', [0, 100], null, 20)).toEqual([10, 60]);
    expect(zoomKey('-', [0, 100], [10, 60], 20)).toBeNull();
    expect(zoomKey('0', [0, 100], [10, 60], null)).toBeNull();
  });

  it('leave Esc to others while nothing is cut off', () => {
    expect(zoomKey('Escape', [0, 100], null, null)).toBeUndefined();
    expect(zoomKey('Escape', [0, 100], [1, 2], null)).toBeNull();
    expect(zoomKey('x', [0, 100], [1, 2], null)).toBeUndefined();
  });
});
