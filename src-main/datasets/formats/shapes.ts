/** Shapes-10: a generated dataset, so that a first run needs no file. The same seed gives the same bytes everywhere. */

import type { Split } from '../../contract/dataset.ts';
import type { SourceShape, Target } from '../convert.ts';
import { convertImages, targetOf } from '../convert.ts';
import { shuffle } from '../order.ts';
import type { Random } from '../random.ts';
import { createRandom } from '../random.ts';
import type { DistanceField } from './shapeFields.ts';
import { SHAPES } from './shapeFields.ts';
import type { ImageBatch, PreparedSource, PrepareOptions } from './source.ts';
import { throwIfCancelled } from './source.ts';

const EDGE = 32;
const COUNTS: readonly (readonly [Split, number])[] = [
  ['train', 5000],
  ['test', 1000],
];
/** Images between two moments in which the process may do something else. */
const PER_BATCH = 25;
/** Radii of shapes, as shares of the edge. */
const RADII = { least: 0.27, most: 0.42 };
/** Largest tangent of a shape's turn: shapes stand, tilted by up to 27 degrees. */
const MOST_TILT = 0.5;
/** Least distance between the ink and the ground, of the 442 between black and white. */
const LEAST_CONTRAST = 130;
/** Standard deviations of the noise. */
const NOISE = { least: 4, most: 16 };
/** No corner of a shape lies farther out than this, in units of its radius. */
const REACH = 1.1;

type Colour = readonly [red: number, green: number, blue: number];

/** The sample, as a source like any other. */
export function prepareShapes(options: PrepareOptions): PreparedSource {
  const { size } = options.conversion;
  const edge = size === null ? EDGE : Math.max(size.height, size.width);
  const target = targetOf({ height: edge, width: edge, channels: 3 }, options.conversion);
  return {
    format: 'sample',
    source: 'sample:shapes',
    suggestedName: 'shapes-10',
    height: target.height,
    width: target.width,
    channels: target.channels,
    classNames: SHAPES.map((shape) => shape.className),
    conversion: `Drawn at ${edge} x ${edge} in colour, with noise and random place, size, turn and colours.`,
    splitSeed: options.splitSeed,
    splits: { train: 0, validation: 0, test: 0, ...Object.fromEntries(COUNTS) },
    total: COUNTS.reduce((sum, [, images]) => sum + images, 0),
    skipped: [],
    batches: (signal) => draw({ height: edge, width: edge, channels: 3 }, target, options.splitSeed, signal),
  };
}

async function* draw(
  drawn: SourceShape,
  target: Target,
  seed: number,
  signal: AbortSignal,
): AsyncGenerator<ImageBatch> {
  const edge = drawn.height;
  for (const [splitIndex, [split, images]] of COUNTS.entries()) {
    // Every class equally often, in a random order.
    const order = Uint32Array.from({ length: images }, (_, index) => index % SHAPES.length);
    shuffle(order, seed, splitIndex);
    for (let start = 0; start < images; start += PER_BATCH) {
      throwIfCancelled(signal);
      const labels = Uint16Array.from(order.subarray(start, start + PER_BATCH));
      const pixels = new Uint8Array(labels.length * edge * edge * 3);
      labels.forEach((label, index) => {
        const random = createRandom(seed, splitIndex, start + index);
        drawImage(label, random, edge, pixels.subarray(index * edge * edge * 3, (index + 1) * edge * edge * 3));
      });
      const stored = convertImages(pixels, drawn, target);
      yield { split, labels, pixels: stored, origins: null, sourceSizes: null, skipped: [] };
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}

/** One image, edge x edge x 3: a gradient, a few specks, the shape, and noise over it all. */
function drawImage(label: number, random: Random, edge: number, into: Uint8Array): void {
  const canvas = new Float64Array(edge * edge * 3);
  const [near, far, ink] = pickColours(random);
  paintGradient(canvas, edge, near, far, pickDirection(random));
  for (let specks = 2 + random.below(3); specks > 0; specks--) paintSpeck(canvas, edge, random);
  const shape = SHAPES[label];
  if (shape === undefined) throw new RangeError(`there is no shape ${label}`);
  const radius = edge * between(random, RADII.least, RADII.most);
  const room = edge / 2 - radius;
  const centre = [edge / 2 + between(random, -room, room), edge / 2 + between(random, -room, room)] as const;
  paintField(canvas, edge, { field: shape.distance, centre, radius, direction: pickTilt(random), ink });
  addNoise(canvas, random, between(random, NOISE.least, NOISE.most), into);
}

interface Placed {
  readonly field: DistanceField;
  readonly centre: readonly [x: number, y: number];
  /** Radius of the shape's unit circle, in pixels. */
  readonly radius: number;
  /** Cosine and sine of its turn. */
  readonly direction: readonly [number, number];
  readonly ink: Colour;
}

/** Covers each pixel by the share of it that lies inside, taken from the distance of its middle. */
function paintField(canvas: Float64Array, edge: number, { field, centre, radius, direction, ink }: Placed): void {
  const [cosine, sine] = direction;
  const reach = radius * REACH + 1;
  const [left, right] = [Math.max(0, Math.floor(centre[0] - reach)), Math.min(edge, Math.ceil(centre[0] + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(centre[1] - reach)), Math.min(edge, Math.ceil(centre[1] + reach))];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const x = (column + 0.5 - centre[0]) / radius;
      const y = (row + 0.5 - centre[1]) / radius;
      const distance = field(cosine * x + sine * y, cosine * y - sine * x) * radius;
      const cover = Math.min(1, Math.max(0, 0.5 - distance));
      if (cover > 0) blend(canvas, (row * edge + column) * 3, ink, cover);
    }
  }
}

/** A small disc that belongs to no class. */
function paintSpeck(canvas: Float64Array, edge: number, random: Random): void {
  const radius = edge * between(random, 0.02, 0.05);
  const centre = [between(random, 0, edge), between(random, 0, edge)] as const;
  const field: DistanceField = (x, y) => Math.sqrt(x * x + y * y) - 1;
  paintField(canvas, edge, { field, centre, radius, direction: [1, 0], ink: pickColour(random) });
}

function paintGradient(
  canvas: Float64Array,
  edge: number,
  near: Colour,
  far: Colour,
  [x, y]: readonly [number, number],
): void {
  for (let row = 0; row < edge; row++) {
    for (let column = 0; column < edge; column++) {
      const along = 0.5 + ((column + 0.5) / edge - 0.5) * x * 0.7 + ((row + 0.5) / edge - 0.5) * y * 0.7;
      const offset = (row * edge + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const [from, to] = [near[channel] ?? 0, far[channel] ?? 0];
        canvas[offset + channel] = from + (to - from) * along;
      }
    }
  }
}

function blend(canvas: Float64Array, offset: number, ink: Colour, cover: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const below = canvas[offset + channel] ?? 0;
    canvas[offset + channel] = below + ((ink[channel] ?? 0) - below) * cover;
  }
}

/** Adds noise of about that standard deviation (the sum of four random bytes, nearly a bell curve) and rounds. */
function addNoise(canvas: Float64Array, random: Random, deviation: number, into: Uint8Array): void {
  // A byte has the variance (256^2 - 1) / 12, four of them 21845.
  const scale = deviation / 147.80054127099805;
  for (let index = 0; index < into.length; index++) {
    const bits = random.bits();
    const sum = (bits & 0xff) + ((bits >>> 8) & 0xff) + ((bits >>> 16) & 0xff) + (bits >>> 24);
    into[index] = Math.min(255, Math.max(0, Math.floor((canvas[index] ?? 0) + (sum - 510) * scale + 0.5)));
  }
}

/** Two ground colours and an ink that stands out from both; which is lighter is chance, so no mean colour tells a class. */
function pickColours(random: Random): readonly [Colour, Colour, Colour] {
  const near = pickColour(random);
  const far = jitter(near, random, 45);
  for (;;) {
    const ink = pickColour(random);
    if (contrast(ink, near) > LEAST_CONTRAST && contrast(ink, far) > LEAST_CONTRAST) return [near, far, ink];
  }
}

function pickColour(random: Random): Colour {
  return [between(random, 15, 240), between(random, 15, 240), between(random, 15, 240)];
}

function jitter([red, green, blue]: Colour, random: Random, by: number): Colour {
  return [red + between(random, -by, by), green + between(random, -by, by), blue + between(random, -by, by)];
}

function contrast(one: Colour, other: Colour): number {
  return Math.sqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2);
}

/** Nearly upright. */
function pickTilt(random: Random): readonly [number, number] {
  const tangent = between(random, -MOST_TILT, MOST_TILT);
  const length = Math.sqrt(1 + tangent * tangent);
  return [1 / length, tangent / length];
}

/** A direction with every angle alike: a point of the disc, moved to its rim (sines differ between machines). */
function pickDirection(random: Random): readonly [number, number] {
  for (;;) {
    const x = between(random, -1, 1);
    const y = between(random, -1, 1);
    const length = Math.sqrt(x * x + y * y);
    if (length > 0.1 && length <= 1) return [x / length, y / length];
  }
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
