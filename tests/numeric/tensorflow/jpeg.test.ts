/** JPEG pixels of our own decoder beside those of TensorFlow's libjpeg. */

import { describe, expect, it } from 'vitest';
import { decodePlainJpeg } from '../../../src-main/decoder/jpegPixels.ts';
import { decodeJpeg } from '../../../src-main/tensorflow/images.ts';
import { FIXTURE_SIZE, fixtureBytes } from '../../support/datasets/images.ts';

/** Colours at half the size across and down, across only, and at full size; grey. */
const PLAIN = ['rgb.jpg', 'restart.jpg', 'full.jpg', 'grey.jpg'];

describe.each(PLAIN)('%s', (name) => {
  it.each([1, 2, 4, 8] as const)('has the same pixels at 1 / %d of its size', (ratio) => {
    const channels = name === 'grey.jpg' ? 1 : 3;
    const plain = decodePlainJpeg(fixtureBytes(name), { ...FIXTURE_SIZE, channels }, ratio);
    const expected = decodeJpeg(fixtureBytes(name), channels, ratio);
    // Colours at half the size across only are spread without smoothing at an eighth: that is left to libjpeg.
    if (name === 'restart.jpg' && ratio === 8) expect(plain).toBeNull();
    else expect(plain).toEqual({ ...expected, pixels: Uint8Array.from(expected.pixels) });
  });
});

it.each(['progressive.jpg', 'cmyk.jpg'])('leaves %s to libjpeg', (name) => {
  expect(decodePlainJpeg(fixtureBytes(name), { ...FIXTURE_SIZE, channels: 3 }, 1)).toBeNull();
});
