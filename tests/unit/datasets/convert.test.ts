import { describe, expect, it } from 'vitest';
import { DEFAULT_CONVERSION, type Conversion } from '../../../src-main/contract/conversion.ts';
import { conversionSentence, convertImage, convertImages, targetOf } from '../../../src-main/datasets/convert.ts';
import type { Raster } from '../../../src-main/datasets/resample.ts';

/** 2 x 4, one channel: columns of 0, 80, 160 and 240. */
const COLUMNS: Raster = {
  height: 2,
  width: 4,
  channels: 1,
  pixels: Uint8Array.from([0, 80, 160, 240, 0, 80, 160, 240]),
};

function target(overrides: Partial<Conversion>, channels: 1 | 3 = 1): ReturnType<typeof targetOf> {
  return targetOf({ height: 2, width: 4, channels }, { ...DEFAULT_CONVERSION, ...overrides });
}

describe('a conversion', () => {
  it('cuts the middle out', () => {
    const size = { height: 2, width: 2 };
    expect([...convertImage(COLUMNS, target({ size }))]).toEqual([80, 160, 80, 160]);
  });

  it('fills up with the background, above and below a wide image', () => {
    const pixels = convertImage(COLUMNS, target({ size: { height: 4, width: 4 }, fit: 'pad', background: '#070707' }));
    expect([...pixels]).toEqual([7, 7, 7, 7, 0, 80, 160, 240, 0, 80, 160, 240, 7, 7, 7, 7]);
  });

  it('keeps the proportions of a padded image that shrinks', () => {
    const pixels = convertImage(COLUMNS, target({ size: { height: 2, width: 2 }, fit: 'pad', background: '#000000' }));
    // One row of two pixels: each the mean of its half, weighted as a triangle at the border.
    expect([...pixels.subarray(2)]).toEqual([0, 0]);
    expect(pixels[0]).toBeLessThan(pixels[1] ?? 0);
  });

  it('distorts when it may', () => {
    const pixels = convertImage(COLUMNS, target({ size: { height: 4, width: 4 }, fit: 'stretch' }));
    expect([...pixels.subarray(0, 4)]).toEqual([0, 80, 160, 240]);
    expect(pixels.length).toBe(16);
  });

  it('makes grey by luma, and colour by repeating grey', () => {
    const red: Raster = { height: 1, width: 1, channels: 3, pixels: Uint8Array.from([255, 0, 0]) };
    expect([
      ...convertImage(red, targetOf({ height: 1, width: 1, channels: 3 }, { ...DEFAULT_CONVERSION, colour: 'grey' })),
    ]).toEqual([76]);
    const stored = convertImages(
      Uint8Array.from([9, 8]),
      { height: 1, width: 1, channels: 1 },
      {
        ...targetOf({ height: 1, width: 1, channels: 1 }, { ...DEFAULT_CONVERSION, colour: 'colour' }),
      },
    );
    expect([...stored]).toEqual([9, 9, 9, 8, 8, 8]);
  });

  it('pads colour images that become grey with the grey of the background', () => {
    const red: Raster = { height: 1, width: 2, channels: 3, pixels: Uint8Array.from([255, 0, 0, 255, 0, 0]) };
    const pad = {
      ...DEFAULT_CONVERSION,
      size: { height: 2, width: 2 },
      fit: 'pad',
      colour: 'grey',
      background: '#00ff00',
    } as const;
    expect([...convertImage(red, targetOf({ height: 1, width: 2, channels: 3 }, pad))]).toEqual([76, 76, 150, 150]);
  });

  it('says what it does', () => {
    const size = { height: 4, width: 6 };
    expect(conversionSentence(target({ size, fit: 'pad' }), false, '#ffffff')).toContain(
      'filled up to 4 x 6 with white',
    );
    expect(conversionSentence(target({ size, fit: 'stretch' }), false, '#ffffff')).toContain(
      'whatever their proportions',
    );
    expect(conversionSentence(target({}), true, '#ffffff')).toBe('Kept at their size; one grey channel.');
  });
});
