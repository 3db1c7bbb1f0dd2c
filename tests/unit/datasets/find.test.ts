/** What is found where a person points: one dataset is taken, several are asked about, and what is none is no obstacle. */

import { cpSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDatasets } from '../../../src-main/datasets/prepare.ts';
import { arrayFixture, prepareArrayPaths } from '../../support/datasets/arrays.ts';
import { writeCifar10 } from '../../support/datasets/cifar.ts';
import { writeIdxSet } from '../../support/datasets/idx.ts';
import { encodePng } from '../../support/datasets/images.ts';
import { NO_DECODER, rejectionOf } from '../../support/datasets/stores.ts';
import { temporaryFolder, writeTree } from '../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

const PNG = encodePng(8, 6, 100);

/** Two classes of two images, with splits or without. */
function images(inside: string, splits: readonly string[] = ['']): void {
  for (const split of splits) {
    for (const name of ['cat/0', 'cat/1', 'dog/0', 'dog/1']) {
      writeTree(folder.path, { [join(inside, split, `${name}.png`)]: PNG });
    }
  }
}

async function choices(paths = [folder.path]): Promise<readonly string[]> {
  const found = await findDatasets(paths, NO_DECODER, new AbortController().signal);
  return found.map(({ choice, format }) => `${choice} is ${format}`);
}

describe('a folder', () => {
  it('with datasets of several formats asks once, and each can be chosen', async () => {
    writeIdxSet(join(folder.path, 'digits'));
    writeCifar10(join(folder.path, 'cifar-10-batches-bin'), 'binary');
    cpSync(arrayFixture('numpy/keras.npz'), join(folder.path, 'mnist.npz'));
    images('photos', ['train', 'test']);
    const found = ['cifar-10-batches-bin is cifar', 'digits is idx', 'mnist.npz is npz', 'photos is folder'];
    expect(await choices()).toEqual(found);
    expect(await rejectionOf(prepareArrayPaths([folder.path]))).toMatchObject({
      code: 'dataset-choice',
      message: expect.stringContaining('holds 4 datasets'),
      action: 'Choose one of: cifar-10-batches-bin, digits, mnist.npz, photos.',
    });
    const totals = [60, 18, 6, 8];
    for (const [index, line] of found.entries()) {
      const [choice = ''] = line.split(' ');
      expect((await prepareArrayPaths([folder.path], { choice })).total).toBe(totals[index]);
    }
  });

  it('whose file is written while it is read is refused, by name (hazard 34)', async () => {
    const set = writeIdxSet(folder.path);
    const [images = ''] = readdirSync(set).filter((name) => name.includes('t10k-images'));
    const read = async (touch: boolean): Promise<void> => {
      const source = await prepareArrayPaths([set]);
      for await (const _ of source.batches(new AbortController().signal)) {
        if (touch) utimesSync(join(set, images), 1, 1);
      }
    };
    await read(false);
    expect(await rejectionOf(read(true))).toMatchObject({
      code: 'source-damaged',
      message: `${images} was changed while it was imported.`,
    });
  });

  it('with two image datasets, each with its own splits, asks which', async () => {
    images('pets', ['train', 'val']);
    images('farm', ['train', 'test']);
    expect(await choices()).toEqual(['farm is folder', 'pets is folder']);
  });

  it('of classes is one dataset, whatever lies beside them', async () => {
    images('');
    writeTree(folder.path, { 'README.md': '# Pets, 2026', 'model.npy': Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0) });
    expect(await choices()).toEqual(['. is folder']);
  });

  it('of arrays is one dataset, whatever pictures illustrate it', async () => {
    writeIdxSet(folder.path);
    writeTree(folder.path, { 'docs/example.png': PNG, 'figure.png': PNG });
    expect(await choices()).toEqual(['. is idx']);
  });

  it('with the same set in two formats tells them apart', async () => {
    const set = writeIdxSet(folder.path);
    writeCifar10(folder.path, 'binary');
    expect(await choices([set])).toEqual(['. is cifar', '. (idx) is idx']);
  });
});
