/** One dataset in several forms is one dataset: the same content hash each way, and again from its own export. */

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetDetail } from '../../../../src-main/contract/dataset.ts';
import { openDatasetStore, type DatasetStore } from '../../../../src-main/datasets/store.ts';
import { arrayFixture } from '../../../support/datasets/arrays.ts';
import { writeCifar10, writeCifar100 } from '../../../support/datasets/cifar.ts';
import { writeIdxSet } from '../../../support/datasets/idx.ts';
import { importOptions, NO_DECODER } from '../../../support/datasets/stores.ts';
import { temporaryFolder } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: DatasetStore;
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openDatasetStore(join(folder.path, 'home'), { decoder: NO_DECODER });
});
afterEach(() => folder.remove());

function add(path: string): Promise<DatasetDetail> {
  return store.import({ source: { kind: 'paths', paths: [path] } }, importOptions());
}

/** Exports as npz and imports that. */
async function roundTrip({ id }: DatasetDetail): Promise<DatasetDetail> {
  const directory = join(folder.path, 'exports', id);
  return add(await store.export(id, 1, { format: 'npz', directory, ...importOptions() }));
}

describe('the same content hash', () => {
  it.each([
    ['CIFAR-10', writeCifar10],
    ['CIFAR-100', writeCifar100],
  ] as const)('has %s in its binary form, in its Python form, and as exported npz', async (name, write) => {
    write(join(folder.path, 'binary'), 'binary');
    write(join(folder.path, 'python'), 'python');
    const binary = await add(join(folder.path, 'binary'));
    expect(binary.name).toBe(name.toLowerCase());
    expect((await add(join(folder.path, 'python'))).contentHash).toBe(binary.contentHash);
    expect((await roundTrip(binary)).contentHash).toBe(binary.contentHash);
  });

  it.each([
    ['IDX', (): string => writeIdxSet(join(folder.path, 'idx'))],
    ['SVHN', (): string => arrayFixture('svhn')],
    ['a NumPy archive with three splits', (): string => arrayFixture('numpy/medical.npz')],
    ['one whose labels are words', (): string => arrayFixture('numpy/words.npz')],
  ])('has the exported npz of %s', async (_what, write) => {
    const original = await add(write());
    expect((await roundTrip(original)).contentHash).toBe(original.contentHash);
  });
});
