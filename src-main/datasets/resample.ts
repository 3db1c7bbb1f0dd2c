/** Changes the size of images: antialiased, shorter side first, middle cut out. */

/** An image, uint8 height x width x channels. */
export interface Raster {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Which source positions make one output position, and how much each. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** What `fitSquare` does, as a dataset's description says it. */
export function conversionSentence(edge: number, channels: 1 | 3): string {
  const colour = channels === 1 ? 'one grey channel' : 'three colour channels';
  return `Scaled with an antialiasing triangle filter until the shorter side fits, cut to the middle ${edge} x ${edge}; ${colour}.`;
}

/** Scales so that the shorter side becomes `edge`, and cuts the middle square out: edge x edge x channels. */
export function fitSquare(image: Raster, edge: number): Uint8Array {
  if (image.height === edge && image.width === edge) return image.pixels;
  const scale = Math.min(image.height, image.width) / edge;
  const rows = triangleTaps(image.height, edge, scale);
  const columns = triangleTaps(image.width, edge, scale);
  return combineColumns(combineRows(image, rows), image, rows.length, columns);
}

/**
 * Triangle filter as wide as two output pixels when scaling down and two source pixels when scaling up (as Pillow's
 * BILINEAR), centred, weights normalised at the borders.
 * @param source length of the source axis
 * @param scale source pixels per output pixel
 */
function triangleTaps(source: number, edge: number, scale: number): readonly Taps[] {
  const support = Math.max(1, scale);
  const start = (source - edge * scale) / 2;
  return Array.from({ length: edge }, (_, position) => {
    const centre = start + (position + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support));
    const last = Math.min(source - 1, Math.ceil(centre + support));
    const weights = new Float64Array(last - first + 1);
    let sum = 0;
    for (let index = first; index <= last; index++) {
      const weight = Math.max(0, 1 - Math.abs(index + 0.5 - centre) / support);
      weights[index - first] = weight;
      sum += weight;
    }
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** First pass: rows.length x width x channels, not rounded. */
function combineRows({ width, channels, pixels }: Raster, rows: readonly Taps[]): Float32Array {
  const stride = width * channels;
  const combined = new Float32Array(rows.length * stride);
  rows.forEach(({ first, weights }, row) => {
    const target = combined.subarray(row * stride, (row + 1) * stride);
    weights.forEach((weight, tap) => {
      if (weight === 0) return;
      const base = (first + tap) * stride;
      for (let index = 0; index < stride; index++)
        target[index] = (target[index] ?? 0) + weight * (pixels[base + index] ?? 0);
    });
  });
  return combined;
}

/** Second pass, rounded to the nearest value. */
function combineColumns(
  values: Float32Array,
  { width, channels }: Raster,
  height: number,
  columns: readonly Taps[],
): Uint8Array {
  const result = new Uint8Array(height * columns.length * channels);
  let out = 0;
  for (let row = 0; row < height; row++) {
    for (const { first, weights } of columns) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let index = (row * width + first) * channels + channel;
        for (let tap = 0; tap < weights.length; tap++, index += channels)
          sum += (weights[tap] ?? 0) * (values[index] ?? 0);
        result[out++] = Math.min(255, Math.floor(sum + 0.5));
      }
    }
  }
  return result;
}
