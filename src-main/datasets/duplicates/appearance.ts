/**
 * What an image looks like, in a few numbers: a perceptual hash of 64 bits that finds candidates, and a small picture that
 * decides. Both ignore brightness and contrast.
 *
 * The hash is that of Zauner ("Implementation and benchmarking of perceptual image hash functions", 2010): signs of the lowest
 * 8x8 coefficients of a discrete cosine transform, here of the picture at 16x16. Mirroring changes the sign of every second
 * column, so the hash of the mirrored picture costs nothing.
 */

/** Edge of the small picture. */
const EDGE = 16;
/** Frequencies in each direction. */
const FREQUENCIES = 8;
/** A picture whose pixels deviate by less than this (units of 0 to 255) has nothing to compare. */
const FLAT = 2;

const COSINES = Float64Array.from({ length: FREQUENCIES * EDGE }, (_, index) => {
  const [frequency, place] = [Math.floor(index / EDGE), index % EDGE];
  return Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * EDGE));
});

/** Height, width and channels of the images. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Which part of an image is looked at: pixels that are left out on each side; negative ones repeat the border. */
export interface View {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Two hashes, as pairs of 32 bits, and the picture: EDGE x EDGE x channels, mean 0 by channel, length 1 in all. */
export interface Appearance {
  readonly hash: readonly [number, number];
  readonly mirrored: readonly [number, number];
  readonly picture: Float32Array;
}

/** Numbers in a picture of so many channels. */
export function pictureSize(channels: number): number {
  return EDGE * EDGE * channels;
}

/** Looks at images of one shape through one view. */
export class Observer {
  readonly #shape: ImageShape;
  readonly #rows: readonly Share[][];
  readonly #columns: readonly Share[][];
  readonly #grey = new Float64Array(EDGE * EDGE);
  readonly #partial = new Float64Array(EDGE * FREQUENCIES);
  readonly #lines: Float64Array;

  constructor(shape: ImageShape, view: View) {
    this.#shape = shape;
    this.#rows = sharesOf(shape.height, view.top, shape.height - view.bottom);
    this.#columns = sharesOf(shape.width, view.left, shape.width - view.right);
    this.#lines = new Float64Array(shape.width * shape.channels);
  }

  /** Null for an image without anything to compare: one that is nearly of one colour. */
  look(pixels: Uint8Array): Appearance | null {
    const picture = new Float32Array(pictureSize(this.#shape.channels));
    this.#shrink(pixels, picture);
    if (!normalise(picture, this.#shape.channels)) return null;
    return { ...this.#hashes(picture), picture };
  }

  /** The mean of each field of the grid. */
  #shrink(pixels: Uint8Array, into: Float32Array): void {
    const { width, channels } = this.#shape;
    const lines = this.#lines;
    this.#rows.forEach((rows, y) => {
      lines.fill(0);
      for (const { place, share } of rows) {
        const from = place * width * channels;
        for (let index = 0; index < lines.length; index++)
          lines[index] = (lines[index] ?? 0) + share * (pixels[from + index] ?? 0);
      }
      this.#columns.forEach((columns, x) => {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (const { place, share } of columns) sum += share * (lines[place * channels + channel] ?? 0);
          into[(y * EDGE + x) * channels + channel] = sum;
        }
      });
    });
  }

  #hashes(picture: Float32Array): Pick<Appearance, 'hash' | 'mirrored'> {
    const { channels } = this.#shape;
    const grey = this.#grey;
    for (let index = 0; index < grey.length; index++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += picture[index * channels + channel] ?? 0;
      grey[index] = sum;
    }
    const partial = this.#partial;
    for (let y = 0; y < EDGE; y++) {
      for (let u = 0; u < FREQUENCIES; u++) partial[y * FREQUENCIES + u] = product(grey, y * EDGE, 1, u);
    }
    const hash: [number, number] = [0, 0];
    const mirrored: [number, number] = [0, 0];
    // The constant term is always zero.
    for (let bit = 1; bit < FREQUENCIES * FREQUENCIES; bit++) {
      const [v, u] = [bit >> 3, bit & 7];
      const value = product(partial, u, FREQUENCIES, v);
      const word = bit >> 5;
      if (value > 0) hash[word] = (hash[word] ?? 0) | (1 << (bit & 31));
      if (u % 2 === 1 ? value < 0 : value > 0) mirrored[word] = (mirrored[word] ?? 0) | (1 << (bit & 31));
    }
    return { hash: [hash[0] >>> 0, hash[1] >>> 0], mirrored: [mirrored[0] >>> 0, mirrored[1] >>> 0] };
  }
}

/** How alike two pictures are: 1 for the same, up to brightness and contrast. @param mirrored one is seen from behind */
export function likeness(one: Float32Array, other: Float32Array, mirrored: boolean, channels: number): number {
  let sum = 0;
  if (!mirrored) {
    for (let index = 0; index < one.length; index++) sum += (one[index] ?? 0) * (other[index] ?? 0);
    return sum;
  }
  for (let row = 0; row < EDGE; row++) {
    for (let column = 0; column < EDGE; column++) {
      const [here, there] = [(row * EDGE + column) * channels, (row * EDGE + EDGE - 1 - column) * channels];
      for (let channel = 0; channel < channels; channel++)
        sum += (one[here + channel] ?? 0) * (other[there + channel] ?? 0);
    }
  }
  return sum;
}

/** How much of a pixel belongs to a field of the grid. */
interface Share {
  readonly place: number;
  readonly share: number;
}

/** The pixels of each field of a side; places outside are those of the border. */
function sharesOf(pixels: number, from: number, to: number): Share[][] {
  const step = (to - from) / EDGE;
  return Array.from({ length: EDGE }, (_, field) => {
    const [start, end] = [from + step * field, from + step * (field + 1)];
    const shares: Share[] = [];
    for (let pixel = Math.floor(start); pixel < end - 1e-9; pixel++) {
      const part = Math.min(pixel + 1, end) - Math.max(pixel, start);
      shares.push({ place: Math.min(pixels - 1, Math.max(0, pixel)), share: part / step });
    }
    return shares;
  });
}

/** Takes the mean of each channel away, and scales to length 1; false for a flat picture. */
function normalise(picture: Float32Array, channels: number): boolean {
  let squares = 0;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let index = channel; index < picture.length; index += channels) sum += picture[index] ?? 0;
    const mean = sum / (EDGE * EDGE);
    for (let index = channel; index < picture.length; index += channels) {
      const value = (picture[index] ?? 0) - mean;
      picture[index] = value;
      squares += value * value;
    }
  }
  if (squares < FLAT * FLAT * picture.length) return false;
  const scale = 1 / Math.sqrt(squares);
  for (let index = 0; index < picture.length; index++) picture[index] = (picture[index] ?? 0) * scale;
  return true;
}

/** A column or row times the cosine of one frequency. */
function product(values: Float64Array, from: number, step: number, frequency: number): number {
  let sum = 0;
  for (let place = 0; place < EDGE; place++) {
    sum += (values[from + place * step] ?? 0) * (COSINES[frequency * EDGE + place] ?? 0);
  }
  return sum;
}
