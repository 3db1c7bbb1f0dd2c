/** Statistics of the train split, exact: everything follows from how often each pixel value occurs. */

/** Bins of `DatasetDetail.histogram`. */
const BINS = 64;

/** What a dataset tells about its train pixels. */
export interface PixelStatistics {
  /** Per channel, in units of 0 to 255. */
  readonly mean: readonly number[];
  /** Per channel (population), in units of 0 to 255. */
  readonly standardDeviation: readonly number[];
  /** 64 equal bins from 0 to 255, all channels together. */
  readonly histogram: readonly number[];
}

/** Counts pixel values as they stream by. */
export interface PixelCounter {
  /** Adds uint8 pixels, NHWC: whole images. */
  add(pixels: Uint8Array): void;
  statistics(): PixelStatistics;
}

/** Starts at nothing seen; without pixels every mean and deviation is 0. */
export function createPixelCounter(channels: number): PixelCounter {
  const counts = new Float64Array(channels * 256);
  return {
    add: (pixels) => count(pixels, channels, counts),
    statistics: () => summarise(channels, counts),
  };
}

function count(pixels: Uint8Array, channels: number, counts: Float64Array): void {
  for (let channel = 0; channel < channels; channel++) {
    const base = channel * 256;
    for (let index = channel; index < pixels.length; index += channels) {
      const slot = base + (pixels[index] ?? 0);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }
}

function summarise(channels: number, counts: Float64Array): PixelStatistics {
  const mean: number[] = [];
  const standardDeviation: number[] = [];
  const histogram = new Array<number>(BINS).fill(0);
  for (let channel = 0; channel < channels; channel++) {
    const values = counts.subarray(channel * 256, (channel + 1) * 256);
    const total = Math.max(
      1,
      sumOf(values, () => 1),
    );
    const average = sumOf(values, (value) => value) / total;
    mean.push(average);
    standardDeviation.push(Math.sqrt(sumOf(values, (value) => (value - average) ** 2) / total));
    values.forEach((times, value) => {
      const bin = Math.floor((value * BINS) / 256);
      histogram[bin] = (histogram[bin] ?? 0) + times;
    });
  }
  return { mean, standardDeviation, histogram };
}

/** Sum over all pixels of a function of their value. */
function sumOf(counts: Float64Array, weight: (value: number) => number): number {
  let sum = 0;
  counts.forEach((times, value) => (sum += times * weight(value)));
  return sum;
}
