/** Changes the size of images with an antialiasing triangle filter. */

import type { Fit } from '../contract/conversion.ts';

/** An image, uint8 height x width x channels. */
export interface Raster {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Where an image of one shape ends up in another. */
export interface Fitting {
  readonly height: number;
  readonly width: number;
  readonly fit: Fit;
  /** One value per channel, beside padded images. */
  readonly background: readonly number[];
}

/** Which source positions make one output position, and how much each. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Scales, and cuts or fills up: height x width of the fitting, channels of the image. */
export function fitImage(image: Raster, fitting: Fitting): Raster {
  const { height, width, fit } = fitting;
  if (image.height === height && image.width === width) return image;
  if (fit === 'stretch') return scale(image, height, width, image.height / height, image.width / width);
  const [rows, columns] = [image.height / height, image.width / width];
  if (fit === 'crop') return scale(image, height, width, Math.min(rows, columns), Math.min(rows, columns));
  return surround(scaleInside(image, fitting), fitting);
}

/** Scales until the longer side fits, without filling up the rest. */
export function scaleInside(image: Raster, { height, width }: Pick<Fitting, 'height' | 'width'>): Raster {
  const factor = Math.max(image.height / height, image.width / width);
  const inner = {
    height: Math.min(height, Math.max(1, Math.round(image.height / factor))),
    width: Math.min(width, Math.max(1, Math.round(image.width / factor))),
  };
  return fitImage(image, { ...inner, fit: 'stretch', background: [] });
}

/** The middle height x width of the image, at so many source pixels per output pixel. */
function scale(image: Raster, height: number, width: number, rowScale: number, columnScale: number): Raster {
  const rows = triangleTaps(image.height, height, rowScale);
  const columns = triangleTaps(image.width, width, columnScale);
  const used = usedColumns(columns);
  const pixels = combineColumns(combineRows(image, rows, used), used, image.channels, height, columns);
  return { height, width, channels: image.channels, pixels };
}

/** Puts the image into the middle of a larger one. */
function surround(image: Raster, { height, width, background }: Fitting): Raster {
  const { channels } = image;
  const pixels = new Uint8Array(height * width * channels);
  for (let index = 0; index < pixels.length; index++) pixels[index] = background[index % channels] ?? 0;
  const [top, left] = [Math.floor((height - image.height) / 2), Math.floor((width - image.width) / 2)];
  const stride = image.width * channels;
  for (let row = 0; row < image.height; row++) {
    const line = image.pixels.subarray(row * stride, (row + 1) * stride);
    pixels.set(line, ((top + row) * width + left) * channels);
  }
  return { height, width, channels, pixels };
}

/** Taps of recent shapes: the images of a dataset share few. */
const known = new Map<string, readonly Taps[]>();
const MOST_KNOWN = 64;

/**
 * Triangle filter as wide as two output pixels when scaling down and two source pixels when scaling up (as Pillow's
 * BILINEAR), centred, weights normalised at the borders.
 * @param source length of the source axis
 * @param target length of the output axis
 * @param factor source pixels per output pixel
 */
function triangleTaps(source: number, target: number, factor: number): readonly Taps[] {
  const key = `${source} ${target} ${factor}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const taps = makeTaps(source, target, factor);
  known.set(key, taps);
  return taps;
}

function makeTaps(source: number, target: number, factor: number): readonly Taps[] {
  const support = Math.max(1, factor);
  const start = (source - target * factor) / 2;
  return Array.from({ length: target }, (_, position) => {
    const centre = start + (position + 0.5) * factor;
    let first = Math.max(0, Math.floor(centre - support));
    let last = Math.min(source - 1, Math.ceil(centre + support));
    const weightOf = (index: number): number => Math.max(0, 1 - Math.abs(index + 0.5 - centre) / support);
    while (first < last && weightOf(first) === 0) first++;
    while (last > first && weightOf(last) === 0) last--;
    const weights = Float64Array.from({ length: last - first + 1 }, (_, tap) => weightOf(first + tap));
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** The columns that the taps look at. */
function usedColumns(columns: readonly Taps[]): { readonly start: number; readonly end: number } {
  const start = Math.min(...columns.map(({ first }) => first));
  return { start, end: Math.max(...columns.map(({ first, weights }) => first + weights.length)) };
}

/** First pass: rows.length x the columns from `start` to `end` x channels, not rounded. */
function combineRows(
  { width, channels, pixels }: Raster,
  rows: readonly Taps[],
  { start, end }: { readonly start: number; readonly end: number },
): Float64Array {
  const stride = (end - start) * channels;
  const combined = new Float64Array(rows.length * stride);
  rows.forEach(({ first, weights }, row) => {
    const to = row * stride;
    // Two source rows at a time: half the sums are written.
    for (let tap = 0; tap < weights.length; tap += 2) {
      const from = ((first + tap) * width + start) * channels;
      const isPair = tap + 1 < weights.length;
      addRows(combined, to, stride, pixels, from, isPair ? from + width * channels : from, [
        weights[tap] ?? 0,
        isPair ? (weights[tap + 1] ?? 0) : 0,
      ]);
    }
  });
  return combined;
}

function addRows(
  sums: Float64Array,
  to: number,
  length: number,
  pixels: Uint8Array,
  one: number,
  other: number,
  [first, second]: readonly [number, number],
): void {
  for (let index = 0; index < length; index++) {
    sums[to + index] =
      (sums[to + index] ?? 0) + first * (pixels[one + index] ?? 0) + second * (pixels[other + index] ?? 0);
  }
}

/** Second pass, rounded to the nearest value. */
function combineColumns(
  values: Float64Array,
  { start, end }: { readonly start: number; readonly end: number },
  channels: number,
  height: number,
  columns: readonly Taps[],
): Uint8Array {
  const result = new Uint8Array(height * columns.length * channels);
  let out = 0;
  for (let row = 0; row < height; row++) {
    for (const { first, weights } of columns) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let index = (row * (end - start) + first - start) * channels + channel;
        for (let tap = 0; tap < weights.length; tap++, index += channels)
          sum += (weights[tap] ?? 0) * (values[index] ?? 0);
        result[out++] = Math.min(255, Math.floor(sum + 0.5));
      }
    }
  }
  return result;
}
