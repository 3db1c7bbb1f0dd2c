/** Duplicates: exact ones all found, near ones by what an eye takes for the same, in every version. */

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HashTree } from '../../../../src-main/datasets/duplicates/hashTree.ts';
import { createRandom } from '../../../../src-main/datasets/random.ts';
import { openDatasetStore, type DatasetStore } from '../../../../src-main/datasets/store.ts';
import { idxFile, writeIdxSet } from '../../../support/datasets/idx.ts';
import { importOptions, NO_DECODER } from '../../../support/datasets/stores.ts';
import { temporaryFolder } from '../../../support/datasets/trees.ts';

const EDGE = 32;
const BYTES = EDGE * EDGE;
const NEVER = new AbortController().signal;

let folder: ReturnType<typeof temporaryFolder>;
let store: DatasetStore;

beforeEach(async () => {
  folder = temporaryFolder();
  store = await openDatasetStore(join(folder.path, 'home'), { decoder: NO_DECODER });
});
afterEach(() => folder.remove());

/** A picture of soft blobs, a function of its number. */
function picture(number: number): Uint8Array {
  const random = createRandom(number);
  const blobs = Array.from({ length: 12 }, () => ({
    x: random.uniform() * EDGE,
    y: random.uniform() * EDGE,
    size: 2 + random.uniform() * 5,
    light: random.uniform() * 160 - 80,
  }));
  return Uint8Array.from({ length: BYTES }, (_, index) => {
    const [x, y] = [index % EDGE, Math.floor(index / EDGE)];
    const lights = blobs.map(
      ({ x: left, y: top, size, light }) => light * Math.exp(-((x - left) ** 2 + (y - top) ** 2) / (2 * size * size)),
    );
    return Math.max(0, Math.min(255, Math.round(120 + lights.reduce((sum, light) => sum + light, 0))));
  });
}

/** Another picture by moving pixels: what is outside repeats the border. */
function rearranged(pixels: Uint8Array, from: (x: number, y: number) => [number, number]): Uint8Array {
  const inside = (place: number): number => Math.min(EDGE - 1, Math.max(0, place));
  return Uint8Array.from({ length: BYTES }, (_, index) => {
    const [x, y] = from(index % EDGE, Math.floor(index / EDGE));
    return pixels[inside(y) * EDGE + inside(x)] ?? 0;
  });
}

/** Imports pictures as train and test; classes take turns. */
async function importPictures(train: readonly Uint8Array[], test: readonly Uint8Array[]): Promise<void> {
  const images = (all: readonly Uint8Array[]): Uint8Array => idxFile([all.length, EDGE, EDGE], Buffer.concat(all));
  const labels = (all: readonly Uint8Array[]): Uint8Array =>
    idxFile(
      [all.length],
      Uint8Array.from(all, (_, index) => index % 2),
    );
  const source = writeIdxSet(join(folder.path, 'set'), {
    trainImages: images(train),
    trainLabels: labels(train),
    testImages: images(test),
    testLabels: labels(test),
  });
  await store.import({ source: { kind: 'paths', paths: [source] } }, importOptions());
}

const groups = async (version: number, likeness: 'exact' | 'near', across = false): Promise<(readonly number[])[]> =>
  (await store.duplicates('set', { version, likeness, across, offset: 0, limit: 100 })).page.map(
    ({ images }) => images,
  );

describe('exact duplicates (hazard 30)', () => {
  it('are all found, inside a split, across splits, and across classes', async () => {
    const [a, b, c, d] = [1, 2, 3, 4].map(picture);
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four pictures');
    await importPictures([a, b, a, c, b, d], [a, picture(5), c]);
    expect((await store.show('set')).duplicates).toBeNull();
    await store.findDuplicates('set', NEVER);
    expect((await store.show('set')).duplicates?.exact).toEqual({
      groups: 3,
      surplus: 4,
      acrossSplits: 2,
      acrossClasses: 2,
    });
    expect(await groups(1, 'exact')).toEqual([
      [0, 2, 6],
      [1, 4],
      [3, 8],
    ]);
    expect(await groups(1, 'exact', true)).toEqual([
      [0, 2, 6],
      [3, 8],
    ]);
  });

  it('go with an edit that keeps one of each, and versions know only their own', async () => {
    const [a, b] = [picture(1), picture(2)];
    await importPictures([a, b, a, picture(3), picture(6), picture(7)], [picture(4), b, picture(5)]);
    const edited = await store.edit('set', 1, [{ kind: 'excludeDuplicates', likeness: 'exact', across: false }]);
    expect(edited).toMatchObject({ images: 7, duplicates: { exact: { groups: 0, surplus: 0 } } });
    expect((await store.show('set', 1)).duplicates?.exact.groups).toBe(2);
    const { images } = await store.images('set', {
      version: 1,
      filter: { duplicates: { likeness: 'exact', across: true } },
      offset: 0,
      limit: 9,
    });
    expect(images.map(({ index, duplicates }) => [index, duplicates])).toEqual([
      [1, 1],
      [7, 1],
    ]);
  });

  it('still group when the image that spoke for them is excluded', async () => {
    const a = picture(1);
    await importPictures([a, picture(2), a, picture(3), a], [picture(4), picture(5)]);
    await store.findDuplicates('set', NEVER);
    await store.edit('set', 1, [{ kind: 'exclude', images: [0] }]);
    expect(await groups(2, 'exact')).toEqual([[1, 3]]);
  });
});

describe('near duplicates', () => {
  const changes: Record<string, (pixels: Uint8Array) => Uint8Array> = {
    mirrored: (pixels) => rearranged(pixels, (x, y) => [EDGE - 1 - x, y]),
    darker: (pixels) => pixels.map((value) => Math.round(value * 0.7)),
    'one pixel to the right': (pixels) => rearranged(pixels, (x, y) => [x - 1, y]),
    'one pixel up': (pixels) => rearranged(pixels, (x, y) => [x, y + 1]),
    'with noise': (pixels) => {
      const random = createRandom(9);
      return pixels.map((value) => Math.min(255, Math.max(0, value + random.below(9) - 4)));
    },
  };

  it.each(Object.keys(changes))('are found: %s', async (name) => {
    const originals = Array.from({ length: 12 }, (_, number) => picture(number + 20));
    const change = changes[name] ?? ((pixels: Uint8Array) => pixels);
    await importPictures(originals, originals.slice(0, 6).map(change));
    await store.findDuplicates('set', NEVER);
    expect(await groups(1, 'near')).toEqual([0, 1, 2, 3, 4, 5].map((image) => [image, image + 12]));
    expect((await store.show('set')).duplicates?.exact.groups).toBe(0);
  });

  it('can be asked for from one image, exact ones included; an image without any is alone', async () => {
    const a = picture(20);
    await importPictures([a, picture(21), a, picture(22)], [a.map((value) => Math.round(value * 0.7)), picture(23)]);
    const like = async (image: number): Promise<readonly number[]> => [
      ...(await store.positions('set', { version: 1, filter: { like: image }, offset: 0, limit: 10 })),
    ];
    expect(await like(2)).toEqual([2]);
    await store.findDuplicates('set', NEVER);
    expect(await like(2)).toEqual([0, 2, 4]);
    expect(await like(4)).toEqual([0, 2, 4]);
    expect(await like(1)).toEqual([1]);
  });

  it('still group when the image that spoke for its copies is excluded', async () => {
    const a = picture(20);
    const mirrored = rearranged(a, (x, y) => [EDGE - 1 - x, y]);
    await importPictures([a, picture(21), a, picture(22), a], [mirrored, picture(23)]);
    await store.findDuplicates('set', NEVER);
    await store.edit('set', 1, [{ kind: 'exclude', images: [0] }]);
    expect(await groups(2, 'near')).toEqual([[1, 3, 4]]);
  });

  it('are not other pictures, nor pictures without anything on them', async () => {
    const flat = (value: number): Uint8Array => new Uint8Array(BYTES).fill(value).fill(value + 9, 500, 510);
    await importPictures([...Array(40).keys()].map(picture), [flat(10), flat(200)]);
    await store.findDuplicates('set', NEVER);
    expect(await groups(1, 'near')).toEqual([]);
  });
});

describe('the tree of hashes', () => {
  it('tells exactly the hashes that comparing each with each would tell', () => {
    const random = createRandom(1);
    const [size, count, farthest] = [63, 3000, 0.3];
    const hashes = new Float32Array(size * count);
    // Half of them around others, so that some are near, and most of the spread in few numbers, as in pictures.
    for (let place = 0; place < count; place++) {
      for (let term = 0; term < size; term++) {
        const around = place % 2 === 1 ? (hashes[(place - 1) * size + term] ?? 0) : 0;
        hashes[place * size + term] = around + (random.uniform() - 0.5) * (place % 2 === 1 ? 0.12 : 2 / (1 + term));
      }
    }
    const hashAt = (place: number): Float32Array => hashes.subarray(place * size, (place + 1) * size);
    const apart = (one: number, other: number): number => {
      let squares = 0;
      for (let term = 0; term < size; term++)
        squares += ((hashes[one * size + term] ?? 0) - (hashes[other * size + term] ?? 0)) ** 2;
      return Math.sqrt(squares);
    };
    const tree = new HashTree(hashes, size, farthest);
    let pairs = 0;
    for (let place = 0; place < count; place += 10) {
      const found: number[] = [];
      tree.near(hashAt(place), (other) => found.push(other));
      const expected = [...Array(count).keys()].filter((other) => apart(place, other) <= farthest);
      expect(found.sort((one, other) => one - other)).toEqual(expected);
      pairs += expected.length - 1;
    }
    expect(pairs).toBeGreaterThan(100);
  });

  it.each([0, 1, 17])('holds %i hashes', (count) => {
    const tree = new HashTree(new Float32Array(count * 63), 63, 0.1);
    const found: number[] = [];
    tree.near(new Float32Array(63), (place) => found.push(place));
    expect(found.sort((one, other) => one - other)).toEqual([...Array(count).keys()]);
  });
});
