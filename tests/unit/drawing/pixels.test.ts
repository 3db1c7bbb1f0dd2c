import { describe, expect, it } from 'vitest';
import { drawField, imagesPerDot, sampleField } from '../../../src-renderer/drawing/dotField.ts';
import { statisticsOf, toRgba, valueAt } from '../../../src-renderer/drawing/pixels.ts';

const GREY = { height: 2, width: 2, channels: 1 };
const COLOUR = { height: 1, width: 2, channels: 3 };
const FIELD = { columns: 10, rows: 10, cell: 4 };

describe('toRgba', () => {
  it('repeats grey in all three channels, opaque, for the image asked for', () => {
    const pixels = Uint8Array.of(1, 2, 3, 4, 10, 20, 30, 40);
    expect([...toRgba(pixels, GREY, 1)]).toEqual([
      ...[10, 10, 10, 255, 20, 20, 20, 255],
      ...[30, 30, 30, 255, 40, 40, 40, 255],
    ]);
  });

  it('keeps the order of colour channels', () => {
    expect([...toRgba(Uint8Array.of(1, 2, 3, 4, 5, 6), COLOUR, 0)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  });
});

describe('valueAt', () => {
  const pixels = Uint8Array.of(0, 0, 0, 0, 0, 0, 7, 8, 9, 4, 5, 6);

  it('gives the stored channels of one pixel', () => {
    expect(valueAt(pixels, COLOUR, 1, 1, 0)).toEqual([4, 5, 6]);
  });

  it('gives nothing outside the image', () => {
    expect(valueAt(pixels, COLOUR, 1, 2, 0)).toBeNull();
    expect(valueAt(pixels, COLOUR, 1, 0, -1)).toBeNull();
  });
});

describe('statisticsOf', () => {
  it('speaks of one image only', () => {
    expect(statisticsOf(Uint8Array.of(0, 0, 0, 0, 10, 20, 30, 40), GREY, 1)).toEqual({ min: 10, max: 40, mean: 25 });
  });
});

describe('the field of dots', () => {
  const image = new Uint8Array(64).fill(255);
  image[3 * 8 + 3] = 0;
  const shape = { height: 8, width: 8, channels: 1 };

  it('shows what differs from the border of the image, also on a white ground', () => {
    const values = sampleField(FIELD, image, shape);
    expect(Math.max(...values)).toBe(1);
    expect(values.filter((value) => value > 0)).toHaveLength(1);
  });

  it('is all read at rest', () => {
    const dots = drawField(FIELD, [], null);
    expect(dots).toHaveLength(100);
    expect(dots.every(({ state }) => state === 'read')).toBe(true);
  });

  it('fills as an import goes on, and marks where files were skipped', () => {
    const dots = drawField(FIELD, [], { done: 500, total: 1000, skippedAt: [205] });
    expect(dots.filter(({ state }) => state === 'read')).toHaveLength(49);
    expect(dots[20]?.state).toBe('skipped');
    expect(dots[50]?.state).toBe('unread');
  });

  it('has exactly one dot for each image of a small import, in the middle', () => {
    const dots = drawField(FIELD, [], { done: 30, total: 30, skippedAt: [] });
    expect(dots).toHaveLength(30);
    expect(dots.every(({ state }) => state === 'read')).toBe(true);
    expect(Math.floor((dots[0]?.y ?? 0) / FIELD.cell)).toBe(3);
  });

  it('says how many images a dot stands for', () => {
    expect(imagesPerDot(FIELD, 100)).toBe(1);
    expect(imagesPerDot(FIELD, 101)).toBe(2);
    expect(imagesPerDot(FIELD, null)).toBe(1);
  });
});
