/** Turns and mirrors small images as EXIF orientations say. */

import type { Raster } from '../datasets/resample.ts';

/**
 * The upright image (EXIF 2.3, tag 0x0112): 2 to 4 mirror or turn by 180 degrees, 5 to 8 also swap height and width.
 * @param orientation 1 to 8; 1 is upright already
 */
export function makeUpright(image: Raster, orientation: number): Raster {
  if (orientation === 1) return image;
  const { height, width, channels, pixels } = image;
  const swaps = orientation >= 5;
  const upright = { height: swaps ? width : height, width: swaps ? height : width, channels };
  const result = new Uint8Array(pixels.length);
  for (let row = 0; row < upright.height; row++) {
    for (let column = 0; column < upright.width; column++) {
      const [y, x] = sourceOf(orientation, row, column, height, width);
      const from = (y * width + x) * channels;
      const to = (row * upright.width + column) * channels;
      for (let channel = 0; channel < channels; channel++) result[to + channel] = pixels[from + channel] ?? 0;
    }
  }
  return { ...upright, pixels: result };
}

/** Where the pixel at (row, column) of the upright image is stored. */
function sourceOf(
  orientation: number,
  row: number,
  column: number,
  height: number,
  width: number,
): readonly [row: number, column: number] {
  switch (orientation) {
    case 2:
      return [row, width - 1 - column];
    case 3:
      return [height - 1 - row, width - 1 - column];
    case 4:
      return [height - 1 - row, column];
    case 5:
      return [column, row];
    case 6:
      return [height - 1 - column, row];
    case 7:
      return [height - 1 - column, width - 1 - row];
    case 8:
      return [column, width - 1 - row];
    default:
      return [row, column];
  }
}
