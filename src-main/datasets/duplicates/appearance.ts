/**
 * What an image looks like, as a perceptual hash of numbers: the lowest frequencies of its discrete cosine transform, without the
 * constant one, scaled to length 1, so that brightness and contrast do not count. The classic hash (Zauner, "Implementation and
 * benchmarking of perceptual image hash functions", 2010) keeps only their signs; with the numbers themselves far more copies are
 * told from far fewer look-alikes (docs/figures/duplicates.md). Mirroring changes the sign of every second column.
 */

import { fitImage } from '../resample.ts';

/** Images are made smaller than this before they are looked at. */
const EDGE = 32;
/** Frequencies in each direction: of light, and of each of two colour differences, for which an eye is half as sharp. */
const LIGHT = 8;
const COLOUR = 4;
/** A picture whose pixels deviate by less than this (units of 0 to 255) has nothing to compare. */
const FLAT = 2;
/** Rows of an orthonormal matrix: light, and two differences. Distances stay what they are between red, green and blue. */
const OPPONENTS = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [1 / Math.sqrt(2), 0, -1 / Math.sqrt(2)],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
] as const;

/** Height, width and channels of the images. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** How an image is seen, in shares of its edge; one pixel of at most `EDGE` where that is more. The border is repeated. */
export interface View {
  /** To the right and down: -1, 0 or 1 times `MOVE`. */
  readonly right: number;
  readonly down: number;
  /** Cut from each side. */
  readonly cut: number;
  /** Blurred by this many pixels (standard deviation). */
  readonly blur: number;
}

/** Share of the edge by which a view is moved. */
export const MOVE = 0.03;

/** One number of a hash: a frequency down and across, of light or of a colour difference. */
interface Term {
  readonly plane: number;
  readonly down: number;
  readonly across: number;
}

/** The terms of a hash, the lowest frequencies first: they tell most apart. */
function termsOf(channels: number): readonly Term[] {
  const terms: Term[] = [];
  for (let plane = 0; plane < channels; plane++) {
    const most = plane === 0 ? LIGHT : COLOUR;
    for (let down = 0; down < most; down++) {
      for (let across = 0; across < most; across++) if (down + across > 0) terms.push({ plane, down, across });
    }
  }
  return terms.sort((one, other) => one.down + one.across - other.down - other.across || one.plane - other.plane);
}

/** Numbers of one hash. */
export function hashSize(channels: number): number {
  return termsOf(channels).length;
}

/** What turns the hash of a picture into that of the mirrored one, number by number: 1 or -1. */
export function mirrorSigns(channels: number): Float32Array {
  return Float32Array.from(termsOf(channels), ({ across }) => (across % 2 === 1 ? -1 : 1));
}

/** Looks at images of one shape through several views at once. */
export class Observer {
  /** Of the image that was looked at last: a hash for each view, one after another; all zeros where a view shows nothing. */
  readonly hashes: Float32Array;
  readonly #views: readonly { readonly rows: number; readonly columns: Float64Array }[];
  /** Cosines of the rows, by what is done to them: views share them. */
  readonly #rows: readonly Float64Array[];
  /** Where each number of a hash stands in `#found`. */
  readonly #places: Uint16Array;
  /** By plane, frequency down and frequency across. */
  readonly #found: Float64Array;
  readonly #shape: ImageShape;
  readonly #height: number;
  readonly #width: number;
  readonly #channels: number;
  readonly #planes: Float64Array;
  readonly #lines: readonly Float64Array[];

  constructor(shape: ImageShape, views: readonly View[]) {
    const { channels } = shape;
    this.#shape = shape;
    this.#height = Math.min(shape.height, EDGE);
    this.#width = Math.min(shape.width, EDGE);
    this.#channels = channels;
    const terms = termsOf(channels);
    this.#places = Uint16Array.from(terms, ({ plane, down, across }) => (plane * LIGHT + down) * LIGHT + across);
    this.#found = new Float64Array(channels * LIGHT * LIGHT);
    this.hashes = new Float32Array(views.length * terms.length);
    this.#planes = new Float64Array(channels * this.#height * this.#width);
    const rows = new Map<string, number>();
    const matrices: Float64Array[] = [];
    this.#views = views.map(({ right, down, cut, blur }) => {
      const key = `${String(down)} ${String(cut)} ${String(blur)}`;
      const known = rows.get(key) ?? matrices.push(cosines(this.#height, { move: down, cut, blur })) - 1;
      rows.set(key, known);
      return { rows: known, columns: cosines(this.#width, { move: right, cut, blur }) };
    });
    this.#rows = matrices;
    this.#lines = matrices.map(() => new Float64Array(channels * LIGHT * this.#width));
  }

  /** Fills `hashes`; false for an image without anything to compare: one that is nearly of one colour. */
  look(pixels: Uint8Array): boolean {
    const fitting = { height: this.#height, width: this.#width, fit: 'stretch', background: [] } as const;
    this.#split(fitImage({ ...this.#shape, pixels }, fitting).pixels);
    this.#rows.forEach((matrix, at) => this.#foldRows(matrix, this.#lines[at] ?? new Float64Array(0)));
    const size = this.#places.length;
    const least = FLAT * FLAT * this.#planes.length;
    let seen = true;
    this.#views.forEach(({ rows, columns }, at) => {
      const hash = this.hashes.subarray(at * size, (at + 1) * size);
      this.#foldColumns(this.#lines[rows] ?? new Float64Array(0), columns, hash);
      const squares = normalise(hash, least);
      if (at === 0 && squares < least) seen = false;
    });
    return seen;
  }

  /** Light and colour differences as planes; grey stays as it is. */
  #split(small: ArrayLike<number>): void {
    const area = this.#height * this.#width;
    const planes = this.#planes;
    if (this.#channels !== 3) {
      for (let pixel = 0; pixel < area; pixel++) planes[pixel] = small[pixel] ?? 0;
      return;
    }
    OPPONENTS.forEach(([red, green, blue], plane) => {
      for (let pixel = 0; pixel < area; pixel++) {
        const from = pixel * 3;
        planes[plane * area + pixel] =
          red * (small[from] ?? 0) + green * (small[from + 1] ?? 0) + blue * (small[from + 2] ?? 0);
      }
    });
  }

  /** Each plane's columns by the cosines: `LIGHT` numbers, the lowest frequency first, for each column of each plane. */
  #foldRows(matrix: Float64Array, lines: Float64Array): void {
    const [height, width] = [this.#height, this.#width];
    for (let plane = 0; plane < this.#channels; plane++) {
      for (let x = 0; x < width; x++) {
        const [from, at] = [plane * height * width + x, (plane * width + x) * LIGHT];
        foldFour(this.#planes, from, width, matrix, 0, lines, at);
        if (plane === 0) foldFour(this.#planes, from, width, matrix, 4, lines, at + 4);
      }
    }
  }

  #foldColumns(lines: Float64Array, matrix: Float64Array, hash: Float32Array): void {
    const found = this.#found;
    for (let plane = 0; plane < this.#channels; plane++) {
      for (let down = 0; down < (plane === 0 ? LIGHT : COLOUR); down++) {
        const [from, at] = [plane * this.#width * LIGHT + down, (plane * LIGHT + down) * LIGHT];
        foldFour(lines, from, LIGHT, matrix, 0, found, at);
        if (plane === 0) foldFour(lines, from, LIGHT, matrix, 4, found, at + 4);
      }
    }
    for (let at = 0; at < hash.length; at++) hash[at] = found[this.#places[at] ?? 0] ?? 0;
  }
}

/**
 * Products of every `step`th value with four of the `LIGHT` columns of a matrix, from the column `first`, written from `at` on.
 * Four sums in one pass keep the processor at multiplying.
 */
function foldFour(
  values: Float64Array,
  from: number,
  step: number,
  matrix: Float64Array,
  first: number,
  into: Float64Array,
  at: number,
): void {
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let row = first, place = from; row < matrix.length; row += LIGHT, place += step) {
    const value = values[place] ?? 0;
    one += value * (matrix[row] ?? 0);
    two += value * (matrix[row + 1] ?? 0);
    three += value * (matrix[row + 2] ?? 0);
    four += value * (matrix[row + 3] ?? 0);
  }
  into[at] = one;
  into[at + 1] = two;
  into[at + 2] = three;
  into[at + 3] = four;
}

/** Scales to length 1, or to zero where there is less than `least`; the squares that there were. */
function normalise(hash: Float32Array, least: number): number {
  let squares = 0;
  for (const value of hash) squares += value * value;
  const scale = squares < least ? 0 : 1 / Math.sqrt(squares);
  for (let at = 0; at < hash.length; at++) hash[at] = (hash[at] ?? 0) * scale;
  return squares;
}

/** What a view does to one side. */
interface SideView {
  readonly move: number;
  readonly cut: number;
  readonly blur: number;
}

/** `LIGHT` orthonormal cosines over a side that is seen through a view: all of one place, then of the next. */
function cosines(size: number, { move, cut, blur }: SideView): Float64Array {
  const matrix = new Float64Array(LIGHT * size);
  const step = Math.max(1, Math.round(size * MOVE));
  for (let place = 0; place < size; place++) {
    const centre = cut * size + (place + 0.5) * (1 - 2 * cut) - 0.5 + move * step;
    const taps = tapsAround(centre, blur);
    const all = taps.reduce((sum, { share }) => sum + share, 0);
    for (let frequency = 0; frequency < LIGHT; frequency++) {
      const scale = Math.sqrt((frequency === 0 ? 1 : 2) / size) / all;
      const cosine = scale * Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * size));
      for (const { at, share } of taps) {
        const index = Math.min(size - 1, Math.max(0, at)) * LIGHT + frequency;
        matrix[index] = (matrix[index] ?? 0) + cosine * share;
      }
    }
  }
  return matrix;
}

/** The pixels around a place and their weights: bilinear, or a Gaussian out to three deviations. */
function tapsAround(centre: number, blur: number): { at: number; share: number }[] {
  const reach = blur > 0 ? Math.ceil(3 * blur) : 1;
  const first = Math.floor(centre) - reach + 1;
  return Array.from({ length: 2 * reach }, (_, index) => {
    const distance = first + index - centre;
    const share = blur > 0 ? Math.exp(-(distance * distance) / (2 * blur * blur)) : 1 - Math.abs(distance);
    return { at: first + index, share };
  }).filter(({ share }) => share > 0);
}
