/** IDX files: found by content and name, and never believed (real files, every lie by name). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../../src-main/contract/errors.ts';
import { DenseLabError } from '../../../../src-main/contract/errors.ts';
import type { PreparedSource } from '../../../../src-main/datasets/formats/source.ts';
import { prepareSource } from '../../../../src-main/datasets/prepare.ts';
import { openDatasetStore } from '../../../../src-main/datasets/store.ts';
import { idxFile, idxSet, imageFile, labelFile, MNIST_NAMES, writeIdxSet } from '../../../support/datasets/idx.ts';
import { importOptions, NO_DECODER, prepareOptions, rejectionOf, squares } from '../../../support/datasets/stores.ts';
import { fingerprint, temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

function prepare(paths: readonly string[], edge?: number): Promise<PreparedSource> {
  return prepareSource(
    { kind: 'paths', paths },
    NO_DECODER,
    prepareOptions(edge === undefined ? {} : { conversion: squares(edge) }),
  );
}

/** What preparing and reading to the end comes to. */
async function read(
  paths: readonly string[],
  size?: number,
): Promise<{ labels: number[]; pixels: number[]; splits: string[] }> {
  const found = { labels: [] as number[], pixels: [] as number[], splits: [] as string[] };
  for await (const batch of (await prepare(paths, size)).batches(new AbortController().signal)) {
    found.labels.push(...batch.labels);
    found.pixels.push(...batch.pixels);
    found.splits.push(...Array.from(batch.labels, () => batch.split));
  }
  return found;
}

const expected = (() => {
  const { trainImages, testImages } = idxSet();
  return {
    labels: [
      ...Array.from({ length: 12 }, (_, index) => index % 3),
      ...Array.from({ length: 6 }, (_, index) => index % 3),
    ],
    pixels: [...trainImages.subarray(16), ...testImages.subarray(16)],
    splits: [...new Array<string>(12).fill('train'), ...new Array<string>(6).fill('test')],
  };
})();

describe('a set of IDX files', () => {
  it.each([
    ['as MNIST names them', (name: string) => name],
    ['with dots', (name: string) => name.replace('-idx', '.idx')],
    ['with a prefix', (name: string) => `digits-${name.replace('t10k', 'test')}`],
    ['by content alone', (name: string) => name.replace(/-idx.*/, '.bin')],
  ])('is read %s, gzipped or not', async (_how, rename) => {
    for (const gzip of [false, true]) {
      const set = writeIdxSet(join(folder.path, String(gzip)), {}, { gzip, rename });
      expect(await read([set])).toEqual(expected);
    }
  });

  it('without a test set draws one', async () => {
    const set = writeIdxSet(folder.path, {}, { rename: (name) => (name.startsWith('t10k') ? `.${name}` : name) });
    const source = await prepare([set]);
    expect(source).toMatchObject({ splitSeed: 1, splits: { train: 9, validation: 0, test: 3 } });
  });

  it('is found from any one of its files', async () => {
    const set = writeIdxSet(folder.path);
    for (const name of Object.values(MNIST_NAMES)) expect(await read([join(set, name)])).toEqual(expected);
  });

  it('is gzipped by content, whatever the name says', async () => {
    const packed = Object.fromEntries(Object.entries(idxSet()).map(([key, content]) => [key, gzipSync(content)]));
    expect(await read([writeIdxSet(folder.path, packed)])).toEqual(expected);
  });

  it('does not mind other files, folders and hidden files beside it', async () => {
    writeTree(folder.path, {
      'README.md': '# digits',
      '.train-images-idx3-ubyte': 'x',
      'more/train-images-idx3-ubyte': 'x',
    });
    expect(await read([writeIdxSet(folder.path)])).toEqual(expected);
  });

  it('becomes square images of the size that is asked for', async () => {
    const flat = { trainImages: idxFile([12, 4, 5], new Uint8Array(240).fill(77)) };
    const { pixels, labels } = await read([writeIdxSet(folder.path, flat)], 8);
    expect(labels).toEqual(expected.labels);
    expect(pixels.slice(0, 12 * 64)).toEqual(new Array(12 * 64).fill(77));
    expect(pixels).toHaveLength(18 * 64);
  });
});

describe('a header that lies', () => {
  const { trainLabels } = idxSet();
  const cases: Record<string, [Partial<ReturnType<typeof idxSet>>, Partial<Failure>]> = {
    'more images than bytes': [
      { trainImages: idxFile([12, 4, 5], new Uint8Array(239)) },
      {
        code: 'idx-mismatch',
        message: 'train-images-idx3-ubyte says 12 images of 4 x 5 (240 bytes), but holds 239 bytes.',
      },
    ],
    'fewer images than bytes': [
      { testImages: idxFile([6, 4, 5], new Uint8Array(121)) },
      {
        code: 'idx-mismatch',
        message: 't10k-images-idx3-ubyte says 6 images of 4 x 5 (120 bytes), but holds 121 bytes.',
      },
    ],
    'four billion images': [
      { trainImages: idxFile([0xffffffff, 0xffff, 0xffff], new Uint8Array(9)) },
      { code: 'idx-mismatch', message: expect.stringContaining('4,294,967,295 images of 65,535 x 65,535') },
    ],
    'no images': [
      { trainImages: idxFile([0, 4, 5], new Uint8Array(0)) },
      { code: 'idx-header', message: 'train-images-idx3-ubyte says that it holds 0 images of 4 x 5.' },
    ],
    floats: [
      { trainImages: idxFile([12, 4, 5], new Uint8Array(960), 0x0d) },
      { code: 'idx-header', message: expect.stringContaining('32-bit floats') },
    ],
    colour: [
      { trainImages: idxFile([12, 4, 5, 3], new Uint8Array(720)) },
      { code: 'idx-header', message: expect.stringContaining('has 4 dimensions') },
    ],
    'labels in place of images': [
      { trainImages: trainLabels },
      { code: 'idx-header', message: expect.stringContaining('has 1 dimensions') },
    ],
    'another kind of file': [
      { testLabels: Buffer.from('<html>404</html>') },
      { code: 'idx-header', message: expect.stringContaining('begins with 3c 68 74 6d') },
    ],
    nothing: [
      { testLabels: new Uint8Array(0) },
      { code: 'idx-header', message: expect.stringContaining('begins with nothing') },
    ],
    'half a header': [
      { trainImages: imageFile(12, 4, 5).subarray(0, 9) },
      { code: 'idx-header', message: expect.stringContaining('ends inside its header') },
    ],
    'another number of labels': [
      { trainLabels: labelFile(11, 3) },
      {
        code: 'idx-mismatch',
        message: 'train-labels-idx1-ubyte says 11 labels, but train-images-idx3-ubyte says 12 images.',
      },
    ],
    'another size of test images': [
      { testImages: imageFile(6, 5, 4) },
      { code: 'idx-mismatch', message: expect.stringContaining('5 x 4') },
    ],
    'a test label that train lacks': [
      { testLabels: labelFile(6, 5) },
      {
        code: 'idx-mismatch',
        message: expect.stringContaining('the label 3, which no image of train-labels-idx1-ubyte has'),
      },
    ],
    'a single class': [{ trainLabels: labelFile(12, 1) }, { code: 'dataset-single-class' }],
  };

  it.each(Object.keys(cases))('about %s is told, and nothing is written', async (what) => {
    const [replaced, failure] = cases[what] ?? [{}, {}];
    const home = join(folder.path, 'home');
    const store = await openDatasetStore(home, { decoder: NO_DECODER });
    for (const gzip of [false, true]) {
      const set = writeIdxSet(join(folder.path, `set-${String(gzip)}`), replaced, { gzip });
      const before = fingerprint(folder.path);
      const told = await rejectionOf(store.import({ source: { kind: 'paths', paths: [set] } }, importOptions()));
      expect(told.code).toBe(failure.code);
      // Of a gzipped file only the end shows how much it holds.
      if (!gzip) expect(told).toMatchObject(failure);
      expect(fingerprint(folder.path)).toEqual(before);
    }
  });

  it('of a gzip file that breaks off is told', async () => {
    for (const key of Object.keys(MNIST_NAMES)) {
      const set = writeIdxSet(join(folder.path, key), {}, { gzip: true });
      const name = `${Object.entries(MNIST_NAMES).find(([known]) => known === key)?.[1] ?? ''}.gz`;
      const whole = readFileSync(join(set, name));
      writeTree(set, { [name]: whole.subarray(0, whole.length - 9) });
      expect(await rejectionOf(read([set])), name).toMatchObject({
        code: 'idx-mismatch',
        message: expect.stringContaining(`${name} breaks off`),
      });
    }
  });

  it('of a gzip file that is damaged is told', async () => {
    const set = writeIdxSet(folder.path, {}, { gzip: true });
    const path = join(set, 'train-images-idx3-ubyte.gz');
    const bytes = readFileSync(path);
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1;
    writeTree(set, { 'train-images-idx3-ubyte.gz': bytes });
    expect(await rejectionOf(read([set]))).toMatchObject({
      code: 'idx-mismatch',
      message: expect.stringContaining('is damaged'),
    });
  });

  it('never does more than fail by name, whatever its bytes', async () => {
    const set = writeIdxSet(folder.path);
    const names = Object.entries(MNIST_NAMES);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(15),
        fc.nat(255),
        fc.nat(30),
        async ([key, name], at, value, cut) => {
          const original = Object.entries(idxSet()).find(([known]) => known === key)?.[1] ?? new Uint8Array(0);
          const bytes = Uint8Array.from(original);
          bytes[at] = value;
          writeTree(set, { [name]: cut > 20 ? bytes.subarray(0, bytes.length - cut + 20) : bytes });
          try {
            const { labels, pixels } = await read([set]);
            expect(pixels.length).toBe(labels.length * 20);
          } catch (error) {
            if (!(error instanceof DenseLabError)) throw error;
            expect(error.failure.code).toMatch(/^(idx-header|idx-mismatch|dataset-single-class)$/);
          }
          writeTree(set, { [name]: original });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is no set of IDX files', () => {
  it.each(Object.entries(MNIST_NAMES))('lacks %s', async (_key, name) => {
    const set = writeIdxSet(folder.path, {}, { rename: (each) => (each === name ? 'x.txt' : each) });
    writeTree(set, { 'x.txt': 'moved away' });
    expect(await rejectionOf(prepare([set]))).toMatchObject({
      code: 'idx-mismatch',
      message: expect.stringContaining('lacks'),
    });
  });

  it('is two sets at once, until one is chosen', async () => {
    writeIdxSet(folder.path, {}, { rename: (name) => `letters-${name}` });
    writeIdxSet(folder.path, {}, { rename: (name) => `digits-${name}` });
    expect(await rejectionOf(prepare([folder.path]))).toMatchObject({
      code: 'dataset-choice',
      message: expect.stringContaining('holds 2 datasets'),
      detail: expect.stringContaining('digits-t10k-images-idx3-ubyte: IDX files, as MNIST is published, 18 images'),
    });
    expect((await prepare([join(folder.path, 'digits-train-images-idx3-ubyte')])).total).toBe(18);
  });

  it.each([
    ['photo.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'photo.jpg is a JPEG image'],
    ['data.zip', Buffer.from('PK\u0003\u0004rest', 'latin1'), 'data.zip is a ZIP archive'],
    ['notes.txt', Buffer.from('hello'), 'notes.txt is a text file'],
    ['other.gz', gzipSync('hello'), 'other.gz is a gzip file'],
    ['empty', Buffer.alloc(0), 'empty is an empty file'],
  ])('%s is named for what it is', async (name, content, message) => {
    writeTree(folder.path, { [name]: content });
    expect(await rejectionOf(prepare([join(folder.path, name)]))).toMatchObject({
      code: 'format-unknown',
      message: expect.stringContaining(message),
      action: expect.stringContaining('files of IDX, CIFAR, SVHN, NumPy or Parquet'),
    });
  });

  it('is missing', async () => {
    expect(await rejectionOf(prepare([join(folder.path, 'no such')]))).toMatchObject({
      code: 'path-missing',
      message: expect.stringContaining('no such'),
    });
    expect(await rejectionOf(prepare(['nul\0byte']))).toMatchObject({ code: 'path-missing' });
    expect(await rejectionOf(prepare([]))).toMatchObject({ code: 'format-unknown' });
  });
});

const FASHION = '/usr/share/datasets/fashion-mnist';

describe('Fashion-MNIST as Debian ships it', () => {
  it('is recognised by its labels, and read whole', async () => {
    const store = await openDatasetStore(join(folder.path, 'home'), { decoder: NO_DECODER });
    const detail = await store.import({ source: { kind: 'paths', paths: [FASHION] } }, importOptions());
    expect(detail).toMatchObject({
      name: 'fashion-mnist',
      height: 28,
      width: 28,
      channels: 1,
      images: 70_000,
      splits: { train: { perClass: new Array(10).fill(6000) }, test: { perClass: new Array(10).fill(1000) } },
    });
    expect(detail.classNames[9]).toBe('Ankle boot');
    // Mean and deviation as published with it: 0.2860 and 0.3530 of 255.
    expect((detail.mean[0] ?? 0) / 255).toBeCloseTo(0.286, 4);
    expect((detail.standardDeviation[0] ?? 0) / 255).toBeCloseTo(0.353, 4);
  });
});
