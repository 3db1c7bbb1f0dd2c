/** Each part of the augmentation in the graph against the same arithmetic in plain TypeScript, pixel by pixel. */

import { afterAll, describe, expect, it } from 'vitest';

import { NO_AUGMENTATION, type Augmentation } from '../../../src-main/contract/recipe.ts';
import { augment, augmentColours } from '../../../src-main/graph/lower/augment.ts';
import { blendWithNext } from '../../../src-main/graph/lower/objective.ts';
import { at } from '../../../src-main/graph/illegal.ts';
import { identity } from '../../../src-main/graph/ops/identity.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { fetchName, Scope } from '../../../src-main/graph/scope.ts';
import { openSession, type Session } from '../../../src-main/tensorflow/session.ts';
import { float32Data, float32Tensor, int32Tensor } from '../../../src-main/tensorflow/tensor.ts';
import { uniform } from '../../support/graph/numbers.ts';

const COUNT = 300;
const [HEIGHT, WIDTH] = [12, 10];
const SEED: readonly [number, number] = [3, 5];
const sessions: Session[] = [];
afterAll(() => {
  for (const session of sessions) session.close();
});

type Pixels = Float32Array<ArrayBufferLike>;

/** A graph that augments images of `channels`, with the values of some of its nodes by name. */
function augmenter(change: Partial<Augmentation>, channels: number) {
  const augmentation = { ...NO_AUGMENTATION, ...change };
  const scope = Scope.root();
  const images = placeholder(scope, 'images', 'float32', [-1, HEIGHT, WIDTH, channels]);
  const seed = placeholder(scope, 'seed', 'int32', [2]);
  const inside = scope.child('augment');
  const colours = augmentColours(inside, images, seed, augmentation);
  const result = identity(scope, augment(inside, colours, seed, augmentation), 'augmented');
  const session = openSession(scope.graph());
  sessions.push(session);
  return (pixels: Pixels, name = fetchName(result), words = SEED): Pixels =>
    float32Data(
      session.run(
        {
          images: float32Tensor([pixels.length / (HEIGHT * WIDTH * channels), HEIGHT, WIDTH, channels], pixels),
          seed: int32Tensor([2], [...words]),
        },
        [name],
      )[0],
    );
}

/** Images of numbers from 0 to 255. */
function pixelsOf(channels: number): Pixels {
  return uniform(COUNT * HEIGHT * WIDTH * channels, 4).map((value) => 127.5 + 127.5 * value);
}

function imagesOf(pixels: Pixels): readonly Pixels[] {
  const size = pixels.length / COUNT;
  return Array.from({ length: COUNT }, (_, item) => pixels.subarray(item * size, (item + 1) * size));
}

describe('cutout', () => {
  const size = 5;
  const cut = augmenter({ cutout: { size } }, 1);
  const images = imagesOf(cut(new Float32Array(COUNT * HEIGHT * WIDTH).fill(1)));

  /** An image of ones with the square around a centre at zero. */
  function expected(row: number, column: number): Pixels {
    const inside = (line: number, centre: number) => line >= centre - 2 && line < centre - 2 + size;
    return Float32Array.from({ length: HEIGHT * WIDTH }, (_, index) =>
      inside(Math.floor(index / WIDTH), row) && inside(index % WIDTH, column) ? 0 : 1,
    );
  }

  it('makes one square zero, its centre any pixel, and leaves the rest', () => {
    const centres = images.map((image) => {
      for (let centre = 0; centre < HEIGHT * WIDTH; centre++) {
        const [row, column] = [Math.floor(centre / WIDTH), centre % WIDTH];
        if (expected(row, column).every((value, index) => value === image[index])) return { row, column };
      }
      return undefined;
    });
    expect(centres).not.toContain(undefined);
    expect(new Set(centres.map((centre) => centre?.row)).size).toBe(HEIGHT);
    expect(new Set(centres.map((centre) => centre?.column)).size).toBe(WIDTH);
  });
});

describe('the random resized crop', () => {
  const crop = { kind: 'randomResized', smallestArea: 0.2, largestRatio: 4 / 3 } as const;
  const resize = augmenter({ crop }, 2);
  /** The only square with all of the area is wider than the image. */
  const SQUARES = { kind: 'randomResized', smallestArea: 1, largestRatio: 1 } as const;

  /** Where a line of the result lies among those of the image: as torch's bilinear interpolation, corners not aligned. */
  function placeOf(line: number, lines: number, start: number, size: number): number {
    return start + Math.min(size - 1, Math.max(0, ((line + 0.5) * size) / lines - 0.5));
  }

  /** Row and column of each pixel as its two channels: linear in place, so that the result tells where it was taken. */
  const ramp = Float32Array.from({ length: COUNT * HEIGHT * WIDTH * 2 }, (_, index) => {
    const pixel = Math.floor(index / 2) % (HEIGHT * WIDTH);
    return index % 2 === 0 ? Math.floor(pixel / WIDTH) : pixel % WIDTH;
  });

  /** The whole rectangle that gives these places along one axis; undefined when none does. */
  function rectangleOf(places: readonly number[], lines: number) {
    for (let size = 1; size <= lines; size++) {
      for (let start = 0; start + size <= lines; start++) {
        if (places.every((place, line) => Math.abs(place - placeOf(line, lines, start, size)) < 1e-4))
          return { start, size };
      }
    }
    return undefined;
  }

  const found = imagesOf(resize(ramp)).map((image) => ({
    rows: rectangleOf(
      Array.from({ length: HEIGHT }, (_, row) => image[2 * row * WIDTH] ?? NaN),
      HEIGHT,
    ),
    columns: rectangleOf(
      Array.from({ length: WIDTH }, (_, column) => image[2 * column + 1] ?? NaN),
      WIDTH,
    ),
  }));

  it('fills the image with a rectangle of whole pixels, of the areas and ratios that are asked for', () => {
    for (const { rows, columns } of found) {
      if (rows === undefined || columns === undefined) throw new Error('no rectangle of the image');
      // Rounding moves each side by half a pixel at most, and a side is never longer than the image's.
      expect((rows.size + 0.5) * (columns.size + 0.5)).toBeGreaterThanOrEqual(crop.smallestArea * HEIGHT * WIDTH);
      expect((columns.size - 0.5) / (rows.size + 0.5)).toBeLessThan(crop.largestRatio);
      expect((rows.size - 0.5) / (columns.size + 0.5)).toBeLessThan(crop.largestRatio);
    }
    expect(new Set(found.map(({ rows }) => rows?.size)).size).toBeGreaterThan(4);
    expect(new Set(found.map(({ columns }) => columns?.start)).size).toBeGreaterThan(4);
  });

  /** The rectangle that torchvision's RandomResizedCrop would take for these draws in [0, 1), ten pairs of them. */
  function torchRectangle(areas: Pixels, ratios: Pixels, { smallestArea, largestRatio }: typeof crop | typeof SQUARES) {
    for (const [index, drawn] of areas.entries()) {
      const area = (smallestArea + drawn * (1 - smallestArea)) * HEIGHT * WIDTH;
      const ratio = largestRatio ** (2 * (ratios[index] ?? NaN) - 1);
      const [columns, rows] = [Math.round(Math.sqrt(area * ratio)), Math.round(Math.sqrt(area / ratio))];
      if (columns <= WIDTH && rows <= HEIGHT) return { columns, rows };
    }
    return undefined;
  }

  it('draws up to ten times, until a rectangle fits', () => {
    const [areas, ratios] = ['', '_1'].map((number) => resize(ramp, `augment/StatelessRandomUniform${number}`));
    let again = 0;
    found.forEach(({ rows, columns }, item) => {
      const [of, drawn] = [areas, ratios].map((draws) => (draws ?? ramp).subarray(item * 10, item * 10 + 10));
      const expected = torchRectangle(of ?? ramp, drawn ?? ramp, crop);
      expect({ rows: rows?.size, columns: columns?.size }).toEqual(expected);
      if (torchRectangle((of ?? ramp).subarray(0, 1), drawn ?? ramp, crop) === undefined) again++;
    });
    expect(again).toBeGreaterThan(20);
  });

  it('takes the middle when none of ten fits: whole width, and as high as the ratio allows', () => {
    const squares = augmenter({ crop: SQUARES }, 2);
    for (const image of imagesOf(squares(ramp))) {
      const rows = Array.from({ length: HEIGHT }, (_, row) => image[2 * row * WIDTH] ?? NaN);
      const columns = Array.from({ length: WIDTH }, (_, column) => image[2 * column + 1] ?? NaN);
      expect(rectangleOf(rows, HEIGHT)).toEqual({ start: 1, size: WIDTH });
      expect(rectangleOf(columns, WIDTH)).toEqual({ start: 0, size: WIDTH });
    }
  });

  it('interpolates pixels as torch does', () => {
    const pixels = pixelsOf(2);
    const [before, after] = [imagesOf(pixels), imagesOf(resize(pixels))];
    after.forEach((image, item) => {
      const { rows, columns } = found[item] ?? {};
      if (rows === undefined || columns === undefined) throw new Error('no rectangle of the image');
      const pixelAt = (row: number, column: number, channel: number) =>
        before[item]?.[(row * WIDTH + column) * 2 + channel] ?? 0;
      const worst = image.map((value, index) => {
        const [pixel, channel] = [Math.floor(index / 2), index % 2];
        const y = placeOf(Math.floor(pixel / WIDTH), HEIGHT, rows.start, rows.size);
        const x = placeOf(pixel % WIDTH, WIDTH, columns.start, columns.size);
        const [top, left] = [Math.floor(y + 1e-5), Math.floor(x + 1e-5)];
        const mix = (row: number) =>
          pixelAt(row, left, channel) * (left + 1 - x) + pixelAt(row, left + 1, channel) * (x - left);
        return value - (mix(top) * (top + 1 - y) + mix(top + 1) * (y - top));
      });
      expect(Math.max(...worst.map(Math.abs))).toBeLessThan(0.02);
    });
  });
});

describe('the colour jitter', () => {
  const colour = { brightness: 0.4, contrast: 0.3, saturation: 0.5 };
  const change = augmenter({ colour }, 3);
  const GREY = [0.2989, 0.587, 0.114];

  const clamp = (value: number) => Math.min(255, Math.max(0, value));
  const greys = (image: Pixels) =>
    Array.from({ length: HEIGHT * WIDTH }, (_, pixel) =>
      GREY.reduce((sum, weight, channel) => sum + weight * (image[3 * pixel + channel] ?? NaN), 0),
    );

  /** The factor of each image, from an image on which only this property acts: the first pixel says by how much. */
  function factors(property: keyof typeof colour): readonly number[] {
    const alone = augmenter({ colour: { brightness: 0, contrast: 0, saturation: 0, [property]: colour[property] } }, 3);
    const [dark, light] = [50, 150];
    const probe = Float32Array.from({ length: COUNT * HEIGHT * WIDTH * 3 }, (_, index) => {
      if (property === 'brightness') return 100;
      if (property === 'contrast') return Math.floor(index / 3) % 2 === 0 ? dark : light;
      return index % 3 === 0 ? dark : light;
    });
    const greyOf = { brightness: 0, contrast: 0.9999 * 100, saturation: 0.2989 * dark + 0.701 * light };
    return imagesOf(alone(probe)).map((image) => {
      const value = image[0] ?? NaN;
      const start = property === 'brightness' ? 100 : dark;
      return (value - greyOf[property]) / (start - greyOf[property]);
    });
  }

  it('draws every factor from its range', () => {
    for (const property of ['brightness', 'contrast', 'saturation'] as const) {
      const drawn = factors(property);
      expect(Math.min(...drawn)).toBeGreaterThan(1 - colour[property] - 1e-3);
      expect(Math.max(...drawn)).toBeLessThan(1 + colour[property] + 1e-3);
      expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(1.8 * colour[property]);
    }
  });

  it('changes brightness, contrast and saturation by factors of their own, as torchvision does on tensors', () => {
    const pixels = pixelsOf(3);
    const [brightness, contrast, saturation] = [factors('brightness'), factors('contrast'), factors('saturation')];
    const result = imagesOf(change(pixels));
    imagesOf(pixels).forEach((image, item) => {
      const bright = image.map((value) => clamp(value * at(brightness, item)));
      const mean = greys(bright).reduce((sum, grey) => sum + grey / (HEIGHT * WIDTH), 0);
      const contrasted = bright.map((value) => clamp(at(contrast, item) * value + (1 - at(contrast, item)) * mean));
      const grey = greys(contrasted);
      const expected = contrasted.map((value, index) =>
        clamp(at(saturation, item) * value + (1 - at(saturation, item)) * (grey[Math.floor(index / 3)] ?? NaN)),
      );
      const differences = expected.map((value, index) => Math.abs(value - (result[item]?.[index] ?? NaN)));
      expect(Math.max(...differences)).toBeLessThan(0.01);
    });
  });
});

describe('mixup', () => {
  it('blends each image with the one before it in the batch', () => {
    const scope = Scope.root();
    const x = placeholder(scope, 'x', 'float32', [-1, 2]);
    const share = placeholder(scope, 'share', 'float32', []);
    const mixed = fetchName(blendWithNext(scope, x, share));
    const session = openSession(scope.graph());
    sessions.push(session);
    const feeds = { x: float32Tensor([3, 2], [1, 2, 3, 4, 5, 6]), share: float32Tensor([], [0.75]) };
    expect(Array.from(float32Data(session.run(feeds, [mixed])[0]))).toEqual([2, 3, 2.5, 3.5, 4.5, 5.5]);
  });
});
