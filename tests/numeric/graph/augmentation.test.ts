import { afterAll, describe, expect, it } from 'vitest';

import { STANDARD_AUGMENTATION } from '../../../src-main/contract/recipe.ts';
import { augment } from '../../../src-main/graph/lower/augment.ts';
import { identity } from '../../../src-main/graph/ops/identity.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { Scope } from '../../../src-main/graph/scope.ts';
import { openSession } from '../../../src-main/tensorflow/session.ts';
import { float32Data, float32Tensor, int32Tensor } from '../../../src-main/tensorflow/tensor.ts';

const COUNT = 400;
const [HEIGHT, WIDTH, CHANNELS] = [6, 5, 2];
const SIZE = HEIGHT * WIDTH * CHANNELS;

/** Every pixel of every image is another number, and none is zero. */
const images = Float32Array.from({ length: COUNT * SIZE }, (_, index) => index + 1);

const session = openGraph();
afterAll(() => session.close());

function openGraph() {
  const scope = Scope.root();
  const fed = placeholder(scope, 'images', 'float32', [-1, HEIGHT, WIDTH, CHANNELS]);
  const seed = placeholder(scope, 'seed', 'int32', [2]);
  identity(scope, augment(scope.child('augment'), fed, seed, STANDARD_AUGMENTATION), 'augmented');
  return openSession(scope.graph());
}

function augmented(seed: readonly [number, number]): Float32Array {
  const feeds = { images: float32Tensor([COUNT, HEIGHT, WIDTH, CHANNELS], images), seed: int32Tensor([2], seed) };
  return float32Data(session.run(feeds, ['augmented'])[0]);
}

/** Image `item` shifted, zeros coming in, and then mirrored or not. */
function shifted(item: number, down: number, right: number, mirrored: boolean): Float32Array {
  return Float32Array.from({ length: SIZE }, (_, index) => {
    const channel = index % CHANNELS;
    const column = Math.floor(index / CHANNELS) % WIDTH;
    const y = Math.floor(index / (CHANNELS * WIDTH)) + down;
    const x = (mirrored ? WIDTH - 1 - column : column) + right;
    if (y < 0 || x < 0 || y >= HEIGHT || x >= WIDTH) return 0;
    return images[item * SIZE + (y * WIDTH + x) * CHANNELS + channel] ?? Number.NaN;
  });
}

/** Every shift by up to four pixels, mirrored or not. */
const MOVES = [false, true].flatMap((mirrored) =>
  range(-4, 4).flatMap((down) => range(-4, 4).map((right) => ({ down, right, mirrored }))),
);

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** What was done to each image; undefined when it was anything but a shift and a mirror. */
function movesOf(result: Float32Array) {
  return Array.from({ length: COUNT }, (_, item) => {
    const image = result.subarray(item * SIZE, (item + 1) * SIZE);
    return MOVES.find(({ down, right, mirrored }) =>
      shifted(item, down, right, mirrored).every((value, index) => value === image[index]),
    );
  });
}

describe('augmentation', () => {
  const moves = movesOf(augmented([3, 5]));

  it('only shifts by up to four pixels and mirrors, with the mean coming in', () => {
    expect(moves).not.toContain(undefined);
  });

  it('uses every shift in both directions, and mirrors about half of the images', () => {
    expect(new Set(moves.map((move) => move?.down))).toEqual(new Set(range(-4, 4)));
    expect(new Set(moves.map((move) => move?.right))).toEqual(new Set(range(-4, 4)));
    const mirrored = moves.filter((move) => move?.mirrored).length;
    expect(mirrored).toBeGreaterThan(0.4 * COUNT);
    expect(mirrored).toBeLessThan(0.6 * COUNT);
  });

  it('draws rows, columns and mirroring independently of each other', () => {
    const share = (test: (move: (typeof MOVES)[number]) => boolean) =>
      moves.filter((move) => move !== undefined && test(move)).length / COUNT;
    expect(share(({ down, right }) => down === right)).toBeLessThan(0.25);
    expect(share(({ down, mirrored }) => down > 0 === mirrored)).toBeLessThan(0.6);
  });

  it('is a function of both words of the seed', () => {
    expect(augmented([3, 5])).toEqual(augmented([3, 5]));
    expect(augmented([4, 5])).not.toEqual(augmented([3, 5]));
    expect(augmented([3, 6])).not.toEqual(augmented([3, 5]));
  });
});
