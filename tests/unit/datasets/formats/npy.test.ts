/** NumPy files: what numpy itself wrote is read value for value, and headers are never believed (hazards 21, 22). */

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_CONVERSION } from '../../../../src-main/contract/conversion.ts';
import {
  arrayFixture,
  madeImages,
  prepareArrayPaths,
  readArrays,
  readOrRefuse,
} from '../../../support/datasets/arrays.ts';
import { shareOfFile } from '../../../support/datasets/damage.ts';
import { npy } from '../../../support/datasets/npy.ts';
import { rejectionOf } from '../../../support/datasets/stores.ts';
import { temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

const GREY = madeImages(0, 6, 10, 9, 1);
const COLOUR = madeImages(0, 6, 10, 9, 3);
const SPLITS = ['train', 'train', 'train', 'train', 'test', 'test'];

describe('what numpy wrote', () => {
  it('as Keras publishes MNIST', async () => {
    const { source, splits, classes, pixels } = await readArrays([arrayFixture('numpy/keras.npz')]);
    expect(source).toMatchObject({ format: 'npz', suggestedName: 'keras', height: 10, width: 9, channels: 1 });
    expect(splits).toEqual(SPLITS);
    expect(classes).toEqual(['0', '1', '0', '1', '0', '1']);
    expect(pixels).toEqual(GREY);
  });

  it('as MedMNIST does: compressed, colour, three splits, labels in a column', async () => {
    const { splits, pixels } = await readArrays([arrayFixture('numpy/medical.npz')]);
    expect(splits).toEqual(['train', 'train', 'train', 'validation', 'test', 'test']);
    expect(pixels).toEqual(COLOUR);
  });

  it('in Fortran order, channels first, as floats of 0 to 1, with one-hot labels and class names', async () => {
    const { source, classes, pixels } = await readArrays([arrayFixture('numpy/fortran.npz')]);
    expect(source).toMatchObject({
      classNames: ['even', 'odd'],
      splitSeed: 1,
      splits: { train: 4, validation: 0, test: 2 },
    });
    expect(source.conversion).toContain('Values of 0 to 1 were multiplied by 255 and rounded.');
    expect(classes.slice(0, 4).sort()).toEqual(['even', 'even', 'odd', 'odd']);
    const size = 10 * 9 * 3;
    const images = Array.from({ length: 6 }, (_, image) => COLOUR.slice(image * size, (image + 1) * size).join());
    const read = Array.from({ length: 6 }, (_, image) => pixels.slice(image * size, (image + 1) * size).join());
    expect([...read].sort()).toEqual([...images].sort());
    read.forEach((image, place) => expect(classes[place]).toBe(['even', 'odd'][images.indexOf(image) % 2]));
  });

  it('without names: pairs by their numbers, big-endian', async () => {
    const { splits, pixels } = await readArrays([arrayFixture('numpy/nameless.npz')]);
    expect(splits).toEqual(SPLITS);
    expect(pixels).toEqual(GREY);
  });

  it('with labels that are words, and pixels that are doubles', async () => {
    const { source, classes } = await readArrays([arrayFixture('numpy/words.npz')]);
    expect(source.classNames).toEqual(['cat', 'dog']);
    expect(new Set(classes)).toEqual(new Set(['cat', 'dog']));
  });

  it('as half floats', async () => {
    const { pixels } = await readArrays([arrayFixture('numpy/half.npz')]);
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
    // 11 bits of a half float are enough for every one of 256 values.
    expect(sum(pixels)).toBe(sum(COLOUR));
  });

  it('as a pair of .npy files, found from the folder and from either file', async () => {
    const pair = arrayFixture('numpy-pair');
    for (const path of [pair, join(pair, 'images.npy'), join(pair, 'labels.npy')]) {
      expect((await prepareArrayPaths([path])).total).toBe(6);
    }
  });

  it('as Python objects is refused, not unpickled', async () => {
    const failure = await rejectionOf(prepareArrayPaths([arrayFixture('numpy/objects.npz')]));
    expect(failure).toMatchObject({
      code: 'source-unsupported',
      message: expect.stringContaining('x holds Python objects'),
    });
  });

  it('in a folder with several archives is asked about', async () => {
    const failure = await rejectionOf(prepareArrayPaths([arrayFixture('numpy')]));
    expect(failure).toMatchObject({
      code: 'dataset-choice',
      detail: expect.stringContaining('keras.npz: NumPy archive, 6 images'),
    });
    expect((await prepareArrayPaths([arrayFixture('numpy')], { choice: 'keras.npz' })).total).toBe(6);
    expect((await rejectionOf(prepareArrayPaths([arrayFixture('numpy')], { choice: 'no' }))).code).toBe(
      'dataset-choice',
    );
  });
});

describe('an array', () => {
  const labels = npy({ descr: '|u1', shape: [6], data: Uint8Array.from([0, 1, 0, 1, 0, 1]) });
  const images = npy({ descr: '|u1', shape: [6, 10, 9], data: Uint8Array.from(GREY) });
  const floats = (values: readonly number[]): Uint8Array =>
    npy({ descr: '<f4', shape: [6, 10, 9], data: new Uint8Array(Float32Array.from(values).buffer) });
  const cases: Record<string, [Record<string, Uint8Array>, string]> = {
    'that breaks off': [
      { 'images.npy': images.subarray(0, images.length - 7) },
      'which makes 540 bytes, but 533 follow',
    ],
    'with more bytes than it says': [{ 'images.npy': Buffer.concat([images, Buffer.alloc(2)]) }, 'but 542 follow'],
    'of a trillion images': [
      { 'images.npy': npy({ descr: '|u1', shape: [1e12, 10, 9], data: new Uint8Array(9) }) },
      'says 1000000000000 x 10 x 9 elements',
    ],
    'of more elements than numbers go': [
      { 'images.npy': npy({ descr: '|u1', shape: [1e12, 1e12, 9], data: new Uint8Array(9) }) },
      'says that it has the shape',
    ],
    'of negative size': [
      { 'images.npy': npy({ descr: '|u1', shape: '(-6, 10, 9)', data: new Uint8Array(9) }) },
      'has a header without order or shape',
    ],
    'of records': [
      { 'images.npy': npy({ descr: "[('a', '<f4')]", shape: [6, 10, 9], data: new Uint8Array(9), isRaw: true }) },
      'holds elements of type a structure',
    ],
    'with NaN': [
      { 'images.npy': floats(GREY.map((value, at) => (at === 77 ? NaN : value))) },
      'holds NaN at element 77',
    ],
    'that was normalised': [
      { 'images.npy': floats(GREY.map((value) => value / 64 - 2)) },
      'holds values from -2 to 1.969',
    ],
    'with negative labels': [
      { 'labels.npy': npy({ descr: '|i1', shape: [6], data: Uint8Array.from([0, 1, 0, 255, 0, 1]) }) },
      'the label -1 for image 3',
    ],
    'with half labels': [
      {
        'labels.npy': npy({
          descr: '<f4',
          shape: [6],
          data: new Uint8Array(Float32Array.from([0, 1, 0.5, 1, 0, 1]).buffer),
        }),
      },
      'the label 0.5 for image 2',
    ],
    'with two classes for one image': [
      {
        'labels.npy': npy({ descr: '|u1', shape: [6, 2], data: Uint8Array.from([1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0]) }),
      },
      'does not set exactly one class to 1 for image 1',
    ],
  };
  it.each(Object.keys(cases))('%s is refused by name', async (what) => {
    const [replaced, message] = cases[what] ?? [{}, ''];
    writeTree(folder.path, { 'images.npy': images, 'labels.npy': labels, ...replaced });
    const failure = await rejectionOf(readArrays([join(folder.path, 'images.npy'), join(folder.path, 'labels.npy')]));
    expect(failure.code).toMatch(/^source-(damaged|unsupported)$/);
    expect(failure.message).toContain(Object.keys(replaced)[0]);
    expect(failure.message).toContain(message);
  });

  it('of 16 bits keeps the upper 8', async () => {
    const wide = npy({
      descr: '<u2',
      shape: [6, 10, 9],
      data: new Uint8Array(Uint16Array.from(GREY, (value) => value * 257).buffer),
    });
    const two = npy({ descr: '|u1', shape: [6], data: Uint8Array.from([0, 1, 0, 1, 0, 1]) });
    writeTree(folder.path, { 'x_train.npy': wide, 'y_train.npy': two, 'x_test.npy': wide, 'y_test.npy': two });
    const { source, pixels } = await readArrays([folder.path]);
    expect(pixels).toEqual([...GREY, ...GREY]);
    expect(source.conversion).toContain('Of 16 bits the upper 8 are kept.');
  });

  it.each([
    ['last', (image: number, y: number, x: number, channel: number) => ((image * 10 + y) * 9 + x) * 4 + channel],
    ['first', (image: number, y: number, x: number, channel: number) => ((image * 4 + channel) * 10 + y) * 9 + x],
  ])('with alpha, its channels %s, lies over the background that was chosen', async (order, at) => {
    const data = new Uint8Array(6 * 10 * 9 * 4);
    for (let pixel = 0; pixel < 540; pixel++) {
      const [image, y, x] = [Math.floor(pixel / 90), Math.floor(pixel / 9) % 10, pixel % 9];
      [10, 20, 30, x === 0 ? 0 : 255].forEach((value, channel) => (data[at(image, y, x, channel)] = value));
    }
    const shape = order === 'last' ? [6, 10, 9, 4] : [6, 4, 10, 9];
    writeTree(folder.path, { 'x_train.npy': npy({ descr: '|u1', shape, data }), 'y_train.npy': labels });
    const conversion = { ...DEFAULT_CONVERSION, background: '#00ff00' };
    const { source, pixels } = await readArrays([folder.path], { conversion });
    expect(source).toMatchObject({ channels: 3, conversion: expect.stringContaining('transparency, over #00ff00') });
    expect(pixels.slice(0, 6)).toEqual([0, 255, 0, 10, 20, 30]);
    expect(pixels.filter((value) => value === 255)).toHaveLength(60);
  });

  it('beside arrays that are none of its business is found', async () => {
    writeTree(folder.path, {
      'x_train.npy': images,
      'y_train.npy': labels,
      'weights.npy': npy({ descr: '<f4', shape: [3, 3], data: new Uint8Array(36) }),
    });
    expect((await prepareArrayPaths([folder.path])).total).toBe(6);
  });

  it('that is alone is named with what is there', async () => {
    writeTree(folder.path, { 'weights.npy': npy({ descr: '<f4', shape: [3, 3], data: new Uint8Array(36) }) });
    const failure = await rejectionOf(prepareArrayPaths([join(folder.path, 'weights.npy')]));
    expect(failure).toMatchObject({ code: 'source-unsupported', message: expect.stringContaining('weights (3 x 3)') });
  });
});

describe('an archive', () => {
  it('never does more than fail by name, whatever its bytes', async () => {
    const originals = ['keras', 'medical', 'fortran'].map((name) => arrayFixture('numpy', `${name}.npz`));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(shareOfFile, fc.nat(255)), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        async (original, changes, cut) => {
          const bytes = Uint8Array.from(readFileSync(original));
          for (const [at, value] of changes) bytes[Math.floor(at * bytes.length)] = value;
          const name = basename(original);
          writeTree(folder.path, { [name]: bytes.subarray(0, Math.ceil(cut * bytes.length)) });
          const read = await readOrRefuse([join(folder.path, name)]);
          if (read !== null) expect(read.pixels.length % read.classes.length).toBe(0);
        },
      ),
      { numRuns: 400 },
    );
  });
});
