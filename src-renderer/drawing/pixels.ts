/** Stored images as pixels that a canvas takes. */

/** Size of one stored image. */
export interface PixelShape {
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: number;
}

/** Bytes of one stored image. */
export function bytesPerImage({ height, width, channels }: PixelShape): number {
  return height * width * channels;
}

/**
 * One image of a page as RGBA, row by row, opaque. `position` counts images in `pixels` (uint8, NHWC). Pixels that the page
 * does not hold come out black.
 */
export function toRgba(pixels: Uint8Array, shape: PixelShape, position: number): Uint8ClampedArray<ArrayBuffer> {
  const area = shape.height * shape.width;
  const rgba = new Uint8ClampedArray(area * 4);
  const start = position * area * shape.channels;
  for (let pixel = 0; pixel < area; pixel += 1) {
    const source = start + pixel * shape.channels;
    const red = pixels[source] ?? 0;
    rgba[pixel * 4] = red;
    rgba[pixel * 4 + 1] = shape.channels === 3 ? (pixels[source + 1] ?? 0) : red;
    rgba[pixel * 4 + 2] = shape.channels === 3 ? (pixels[source + 2] ?? 0) : red;
    rgba[pixel * 4 + 3] = 255;
  }
  return rgba;
}

/** The stored values of one pixel, one for each channel, 0 to 255; null outside the image. */
export function valueAt(
  pixels: Uint8Array,
  shape: PixelShape,
  position: number,
  x: number,
  y: number,
): readonly number[] | null {
  if (x < 0 || y < 0 || x >= shape.width || y >= shape.height) return null;
  const start = (position * shape.height * shape.width + y * shape.width + x) * shape.channels;
  return [...pixels.subarray(start, start + shape.channels)];
}

/** Smallest, largest and mean stored value of one image, 0 to 255. */
export function statisticsOf(
  pixels: Uint8Array,
  shape: PixelShape,
  position: number,
): { readonly min: number; readonly max: number; readonly mean: number } {
  const size = bytesPerImage(shape);
  const values = pixels.subarray(position * size, (position + 1) * size);
  let min = 255;
  let max = 0;
  let sum = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return values.length === 0 ? { min: 0, max: 0, mean: 0 } : { min, max, mean: sum / values.length };
}
