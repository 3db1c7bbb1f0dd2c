/** CIFAR in both released forms: the same dataset either way, and nothing of a pickle is ever run. */

import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDatasets } from '../../../../src-main/datasets/prepare.ts';
import {
  arrayFixture,
  madeImages,
  prepareArrayPaths,
  readArrays,
  readOrRefuse,
} from '../../../support/datasets/arrays.ts';
import {
  CIFAR10_BATCHES,
  cifarBinary,
  cifarPixel,
  cifarPython,
  COARSE_NAMES,
  FINE_NAMES,
  pickled,
  writeCifar10,
  writeCifar100,
} from '../../../support/datasets/cifar.ts';
import { NO_DECODER, rejectionOf } from '../../../support/datasets/stores.ts';
import { temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

const FORMS = ['binary', 'python'] as const;

/** NHWC, as `cifarPixel` tells. */
function expectedPixels(images: number): number[] {
  const pixels: number[] = [];
  for (let image = 0; image < images; image++) {
    for (let place = 0; place < 1024; place++) {
      for (let channel = 0; channel < 3; channel++) {
        pixels.push(cifarPixel(image, channel, Math.floor(place / 32), place % 32));
      }
    }
  }
  return pixels;
}

describe('CIFAR-10', () => {
  it.each(FORMS)('is read in its %s form: batches in order, planes interleaved', async (form) => {
    writeCifar10(folder.path, form);
    const { source, splits, classes, pixels } = await readArrays([folder.path]);
    expect(source).toMatchObject({
      format: 'cifar',
      suggestedName: 'cifar-10',
      height: 32,
      width: 32,
      channels: 3,
      splitSeed: null,
    });
    expect(source.splits).toEqual({ train: 50, validation: 0, test: 10 });
    expect(splits).toEqual([...new Array<string>(50).fill('train'), ...new Array<string>(10).fill('test')]);
    expect(classes.slice(0, 3)).toEqual(['airplane', 'automobile', 'bird']);
    expect(classes.slice(50, 53)).toEqual(['truck', 'ship', 'horse']);
    expect(pixels).toEqual(expectedPixels(60));
  });

  it.each(FORMS)('is found inside folders, and from one of its %s files', async (form) => {
    writeCifar10(join(folder.path, 'downloads/cifar-10-batches'), form);
    expect((await prepareArrayPaths([folder.path])).total).toBe(60);
    const file = join(
      folder.path,
      'downloads/cifar-10-batches',
      form === 'binary' ? 'data_batch_2.bin' : 'data_batch_2',
    );
    expect((await prepareArrayPaths([file])).total).toBe(60);
  });

  it('is known by content, whatever its files are called', async () => {
    writeTree(folder.path, {
      'a.data': cifarBinary({ labels: [0, 1, 2, 3] }),
      'a-test.data': cifarBinary({ labels: [3, 2], first: 4 }),
    });
    const { splits, pixels } = await readArrays([folder.path]);
    expect(splits).toEqual(['train', 'train', 'train', 'train', 'test', 'test']);
    expect(pixels).toEqual(expectedPixels(6));
  });

  it('draws a stratified test split where it has none', async () => {
    writeTree(folder.path, { 'data_batch_1.bin': cifarBinary({ labels: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] }) });
    const { source, splits, classes } = await readArrays([folder.path]);
    expect(source.splitSeed).toBe(1);
    expect(splits.filter((split) => split === 'test')).toHaveLength(2);
    expect(new Set(classes.slice(8))).toEqual(new Set(['airplane', 'automobile']));
  });
});

describe('CIFAR-100', () => {
  it.each(FORMS)('has its fine labels in its %s form, and its coarse ones on choice', async (form) => {
    writeCifar100(folder.path, form);
    const fine = await readArrays([folder.path]);
    expect(fine.source).toMatchObject({ suggestedName: 'cifar-100', classNames: FINE_NAMES, total: 300 });
    const coarse = await readArrays([folder.path], { choice: 'coarse' });
    expect(coarse.source).toMatchObject({ suggestedName: 'cifar-100-coarse', classNames: COARSE_NAMES, total: 300 });
    expect(coarse.classes[21]).toBe('coarse 1');
    expect(coarse.pixels).toEqual(fine.pixels);
    expect(fine.pixels).toEqual(expectedPixels(300));
    const found = await findDatasets([folder.path], NO_DECODER, new AbortController().signal);
    expect(found.map(({ choice, images }) => [choice, images])).toEqual([
      ['.', 300],
      ['coarse', 300],
    ]);
  });
});

describe('a pickle of today', () => {
  it.each(['cifar-python', 'cifar-python-5'])('that Python 3 wrote is read (%s)', async (name) => {
    const { classes, pixels } = await readArrays([arrayFixture(name)]);
    expect(classes).toEqual(['airplane', 'automobile', 'airplane', 'automobile', 'airplane', 'automobile']);
    expect(pixels).toEqual(madeImages(0, 6, 32, 32, 3));
  });
});

describe('a hostile or damaged file', () => {
  const batch = CIFAR10_BATCHES['data_batch_1'] ?? { labels: [] };
  const good = cifarPython(batch);
  const cases: Record<string, [Uint8Array, string]> = {
    'a pickle that runs a program': [
      pickled.file(
        Buffer.concat([pickled.global('posix', 'system'), pickled.text('touch /tmp/x'), Buffer.from([0x85, 0x52])]),
      ),
      'wants to run "posix.system"',
    ],
    'a pickle that runs a program by protocol 4': [
      Buffer.concat([
        Buffer.from([0x80, 4, 0x8c, 8]),
        Buffer.from('builtins'),
        Buffer.from([0x8c, 4]),
        Buffer.from('eval'),
        Buffer.from([0x93, 0x2e]),
      ]),
      'wants to run "builtins.eval"',
    ],
    'an instruction that makes objects': [pickled.file(Buffer.from([0x29, 0x81])), 'instruction 0x81 at byte 3'],
    'a string longer than the file': [
      pickled.file(Buffer.from([0x54, 0xff, 0xff, 0xff, 0x7f])),
      'bytes follow, but ends after',
    ],
    'a number that it never kept': [pickled.file(Buffer.from([0x68, 9])), 'recalls number 9'],
    'more off the stack than is on it': [pickled.file(Buffer.from([0x52])), 'takes more than it has'],
    'an array of objects': [
      pickled.file(
        pickled.dict({ data: pickled.array([1, 3072], new Uint8Array(3072), 'O8'), labels: pickled.list([]) }),
      ),
      'has data of O8',
    ],
    'a negative size': [
      pickled.file(pickled.dict({ data: pickled.array([-1, 3072], new Uint8Array(8)), labels: pickled.list([]) })),
      'the shape [-1,3072]',
    ],
    'more images than bytes': [
      pickled.file(pickled.dict({ data: pickled.array([1e9, 3072], new Uint8Array(9000)), labels: pickled.list([]) })),
      'says 1,000,000,000 images, but holds 9,000 bytes',
    ],
    'fewer labels than images': [
      pickled.file(
        pickled.dict({
          data: pickled.array([2, 3072], new Uint8Array(6144)),
          labels: pickled.list([pickled.integer(1)]),
        }),
      ),
      'has 1 labels for 2 images',
    ],
    'a label out of range': [
      pickled.file(
        pickled.dict({
          data: pickled.array([2, 3072], new Uint8Array(6144)),
          labels: pickled.list([pickled.integer(1), pickled.integer(10)]),
        }),
      ),
      'the label 10 for image 1',
    ],
    'half a pickle': [good.subarray(0, 9000), 'data_batch_1'],
  };
  it.each(Object.keys(cases))('with %s is refused by name', async (what) => {
    const [bytes, message] = cases[what] ?? [new Uint8Array(0), ''];
    writeCifar10(folder.path, 'python');
    writeTree(folder.path, { data_batch_1: bytes });
    const failure = await rejectionOf(prepareArrayPaths([folder.path]));
    expect(failure.code).toMatch(/^source-(damaged|unsupported)$/);
    expect(failure.message).toContain('data_batch_1');
    expect(failure.message).toContain(message);
  });

  it('is told when it was given by name, whatever its name', async () => {
    writeTree(folder.path, { 'model.pkl': pickled.file(pickled.global('os', 'system')) });
    const failure = await rejectionOf(prepareArrayPaths([join(folder.path, 'model.pkl')]));
    expect(failure.message).toContain('model.pkl wants to run "os.system"');
  });

  it('ends at four million objects, however they nest', async () => {
    const deep = Buffer.alloc(5_000_000, Buffer.from([0x28, 0x5d]));
    writeTree(folder.path, { data_batch_1: pickled.file(deep) });
    expect(await rejectionOf(prepareArrayPaths([folder.path]))).toMatchObject({
      code: 'source-unsupported',
      message: 'data_batch_1 holds more than 4,000,000 objects.',
    });
  });

  it.each([
    [
      'a label',
      (bytes: Uint8Array) => bytes.fill(11, 3073, 3074),
      'the label 11 at byte 3,073, where CIFAR-10 has 0 to 9',
    ],
    ['its end', (bytes: Uint8Array) => bytes.subarray(0, 4000), 'whole records of 3,073 bytes'],
  ])('of the binary form is told about %s', async (_what, spoil, message) => {
    writeCifar10(folder.path, 'binary');
    writeTree(folder.path, { 'data_batch_3.bin': spoil(cifarBinary(batch)) });
    const failure = await rejectionOf(prepareArrayPaths([folder.path]));
    expect(failure).toMatchObject({ code: 'source-damaged', message: expect.stringContaining(message) });
    expect(failure.message).toContain('data_batch_3.bin');
  });

  it('never does more than fail by name, whatever its bytes', async () => {
    const small = cifarPython({ labels: [0, 1, 0, 1] });
    const head = [...Array(140).keys()];
    const tail = head.map((at) => small.length - 1 - at);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...head, ...tail), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const bytes = Uint8Array.from(small);
          for (const [at, value] of changes) bytes[at] = value;
          writeTree(folder.path, { data_batch_1: bytes });
          const read = await readOrRefuse([folder.path]);
          if (read !== null) expect(read.pixels.length).toBe(read.classes.length * 3072);
        },
      ),
      { numRuns: 400 },
    );
  });
});
