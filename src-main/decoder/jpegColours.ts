/** From the samples of a JPEG to its pixels: smooth upsampling and YCbCr to RGB, as libjpeg's `jdsample.c` and `jdcolor.c`. */

/** Samples of a channel of which each makes `tall` x `wide` pixels. */
export interface Samples {
  readonly samples: Uint8ClampedArray;
  readonly stride: number;
  readonly height: number;
  readonly width: number;
  readonly tall: number;
  readonly wide: number;
}

/** Rows that are spread, one for each channel; they grow with the widest image. */
const spread = [new Uint8ClampedArray(0), new Uint8ClampedArray(0), new Uint8ClampedArray(0)];
/** Of two rows, three parts of the nearer and one of the farther. */
let sums = new Int32Array(0);

/**
 * One row of pixels of a channel: a view of its samples, or of memory that the next call with this index uses again.
 * @param index 0 to 2: which channel
 */
export function sampleRow(channel: Samples, row: number, index: number): Uint8ClampedArray {
  const { samples, stride, width, tall, wide } = channel;
  if (wide === 1) return samples.subarray(row * stride, (row + 1) * stride);
  let result = spread[index];
  if (result === undefined || result.length < width * 2) {
    result = new Uint8ClampedArray(width * 2);
    spread[index] = result;
  }
  if (tall === 1) spreadRow(samples, row * stride, width, result);
  else spreadBetween(channel, row, result);
  return result;
}

/** Each pixel by three quarters of its sample and one of the neighbour. */
function spreadRow(samples: Uint8ClampedArray, from: number, width: number, result: Uint8ClampedArray): void {
  const at = (column: number): number => samples[from + column] ?? 0;
  result[0] = at(0);
  result[width * 2 - 1] = at(width - 1);
  for (let column = 0; column + 1 < width; column++) {
    result[column * 2 + 1] = (at(column) * 3 + at(column + 1) + 2) >> 2;
    result[column * 2 + 2] = (at(column + 1) * 3 + at(column) + 1) >> 2;
  }
}

/** The same in both directions; beyond the image its edge goes on. */
function spreadBetween({ samples, stride, height, width }: Samples, row: number, result: Uint8ClampedArray): void {
  const near = row >> 1;
  const far = Math.max(0, Math.min(height - 1, near + (row & 1 ? 1 : -1)));
  if (sums.length < width) sums = new Int32Array(width);
  for (let column = 0; column < width; column++) {
    sums[column] = (samples[near * stride + column] ?? 0) * 3 + (samples[far * stride + column] ?? 0);
  }
  result[0] = ((sums[0] ?? 0) * 4 + 8) >> 4;
  result[width * 2 - 1] = ((sums[width - 1] ?? 0) * 4 + 7) >> 4;
  for (let column = 0; column + 1 < width; column++) {
    const here = sums[column] ?? 0;
    const next = sums[column + 1] ?? 0;
    result[column * 2 + 1] = (here * 3 + next + 7) >> 4;
    result[column * 2 + 2] = (next * 3 + here + 8) >> 4;
  }
}

/** By distance from grey, 16 bits behind the point; the halves round. */
const HALF = 1 << 15;
const byDistance = (factor: number, added: number): Int32Array =>
  Int32Array.from({ length: 256 }, (_, value) => (value - 128) * factor + added);
const RED = byDistance(91_881, HALF).map((value) => value >> 16);
const BLUE = byDistance(116_130, HALF).map((value) => value >> 16);
const GREEN_BY_RED = byDistance(-46_802, 0);
const GREEN_BY_BLUE = byDistance(-22_554, HALF);

/** Writes `width` RGB pixels from `start` on (ITU-R BT.601, full range, as JFIF says). */
export function writeColours(
  luma: Uint8ClampedArray,
  blue: Uint8ClampedArray,
  red: Uint8ClampedArray,
  pixels: Uint8ClampedArray,
  start: number,
  width: number,
): void {
  for (let column = 0, to = start; column < width; column++, to += 3) {
    const y = luma[column] ?? 0;
    const cb = blue[column] ?? 0;
    const cr = red[column] ?? 0;
    pixels[to] = y + (RED[cr] ?? 0);
    pixels[to + 1] = y + (((GREEN_BY_BLUE[cb] ?? 0) + (GREEN_BY_RED[cr] ?? 0)) >> 16);
    pixels[to + 2] = y + (BLUE[cb] ?? 0);
  }
}
