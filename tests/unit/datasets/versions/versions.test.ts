/** Versions on disk: frozen, found again, measured, searched, undone; and datasets of before there were any. */

import { mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetEdit } from '../../../../src-main/contract/datasetVersion.ts';
import { openDatasetReader } from '../../../../src-main/datasets/reader.ts';
import { openDatasetStore, type DatasetStore } from '../../../../src-main/datasets/store.ts';
import { writeIdxSet } from '../../../support/datasets/idx.ts';
import { importOptions, NO_DECODER, rejectionOf } from '../../../support/datasets/stores.ts';
import { fingerprint, temporaryFolder } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
let store: DatasetStore;

/** 12 train and 6 test images of 4 x 5; labels go round 0, 1, 2. */
beforeEach(async () => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  store = await openDatasetStore(home, { decoder: NO_DECODER });
  await store.import({ source: { kind: 'paths', paths: [writeIdxSet(join(folder.path, 'digits'))] } }, importOptions());
});
afterEach(() => folder.remove());

const directory = (): string => store.directoryOf('digits');
const reopened = (): Promise<DatasetStore> => openDatasetStore(home, { decoder: NO_DECODER });
const EXCLUDE: DatasetEdit = { kind: 'exclude', images: [0, 13] };

describe('a new version', () => {
  it('is shown from now on, and the one before stays as it was', async () => {
    const before = await store.show('digits');
    const pixels = readFileSync(join(directory(), 'images.u8'));
    const after = await store.edit('digits', 1, [EXCLUDE]);
    expect(after).toMatchObject({
      version: 2,
      editedFrom: 1,
      images: 16,
      splits: { train: { images: 11, perClass: [3, 4, 4] }, test: { images: 5, perClass: [2, 1, 2] } },
    });
    expect(after.versions.map(({ number, note }) => `${String(number)} ${note}`)).toEqual([
      '1 Imported',
      '2 Excluded 2 images',
    ]);
    expect(after.contentHash).not.toBe(before.contentHash);
    const again = await reopened();
    expect(await again.show('digits')).toEqual(after);
    expect((await again.list()).datasets).toMatchObject([{ version: 2, images: 16 }]);
    expect(await again.show('digits', 1)).toEqual({ ...before, versions: after.versions });
    expect(readFileSync(join(directory(), 'images.u8')).equals(pixels)).toBe(true);
  });

  it('has statistics and the hash of its own images', async () => {
    const whole = await store.show('digits');
    const part = await store.edit('digits', 1, [{ kind: 'move', images: [0, 1, 2], to: 'validation' }]);
    const values = Array.from({ length: 9 * 20 }, (_, index) => (60 + index) % 251);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(part.mean[0]).toBeCloseTo(mean, 10);
    expect(part.statistics.train.mean[0]).toBeCloseTo(mean, 10);
    expect(part.statistics.validation.mean[0]).toBeCloseTo(29.5, 10);
    expect(part.statistics.validation).toMatchObject({
      imbalance: 1,
      differentSizes: 1,
      sourceSizes: [{ height: 4, width: 5, images: 3 }],
    });
    // An image from the middle leaves a gap in what is read together.
    const gap = await store.edit('digits', 1, [{ kind: 'exclude', images: [5] }]);
    const left = Array.from({ length: 12 * 20 }, (_, index) => index % 251).filter(
      (_, index) => index < 100 || index >= 120,
    );
    expect(gap.mean[0]).toBeCloseTo(left.reduce((sum, value) => sum + value, 0) / left.length, 10);
    // Moved back it is what it was.
    const back = await store.edit('digits', 2, [{ kind: 'move', images: [9, 10, 11], to: 'train' }]);
    expect(back.contentHash).toBe(whole.contentHash);
    expect(back.statistics).toEqual(whole.statistics);
  });

  it.each([1 << 30, 0])('is read for training, with %d bytes of memory', async (memory) => {
    await store.edit('digits', 1, [EXCLUDE, { kind: 'renameClass', label: 2, name: 'two' }]);
    const reader = openDatasetReader(directory(), 2, memory);
    expect(reader.detail).toMatchObject({ version: 2, classNames: ['0', '1', 'two'] });
    expect([...reader.labels('test')]).toEqual([0, 2, 0, 1, 2]);
    const into = new Uint8Array(40);
    reader.gather('test', [1, 0], into);
    expect([...into.subarray(0, 20)]).toEqual(Array.from({ length: 20 }, (_, index) => (140 + index) % 251));
    expect([...into.subarray(20)]).toEqual(Array.from({ length: 20 }, (_, index) => 100 + index));
    reader.close();
    expect(openDatasetReader(directory()).detail.version).toBe(2);
    expect(openDatasetReader(directory(), 1).detail).toMatchObject({ version: 1, images: 18 });
    expect(() => openDatasetReader(directory(), 3)).toThrow(/no version 3/);
  });

  it('is made from the version that was looked at, and numbered after the latest', async () => {
    await store.edit('digits', 1, [EXCLUDE]);
    const other = await store.edit('digits', 1, [{ kind: 'exclude', images: [1] }]);
    expect(other).toMatchObject({ version: 3, editedFrom: 1, images: 17 });
  });

  it('is refused with nothing written when the edit is', async () => {
    const before = fingerprint(folder.path);
    expect(await rejectionOf(store.edit('digits', 1, [{ kind: 'exclude', images: [18] }]))).toMatchObject({
      code: 'edit-invalid',
    });
    expect(await rejectionOf(store.edit('digits', 7, [EXCLUDE]))).toMatchObject({ code: 'dataset-version-unknown' });
    expect(fingerprint(folder.path)).toEqual(before);
  });

  it('that a crash has cut short is as if it had never been begun', async () => {
    await store.edit('digits', 1, [EXCLUDE]);
    const staged = join(directory(), 'versions', '.importing-1073741824-x-1');
    renameSync(join(directory(), 'versions', '2'), staged);
    truncateSync(join(staged, 'version.json'), 20);
    const again = await reopened();
    expect((await again.show('digits')).versions).toHaveLength(1);
    expect((await again.edit('digits', 1, [EXCLUDE])).version).toBe(2);
    expect(readdirSync(join(directory(), 'versions'))).toEqual(['2']);
  });
});

describe('damage of a version', () => {
  const damages: Record<string, (version: string) => void> = {
    'half a description': (version) => truncateSync(join(version, 'version.json'), 30),
    'a short index': (version) => truncateSync(join(version, 'index.u32'), 4),
    'short labels': (version) => truncateSync(join(version, 'labels.u16'), 2),
    'an image that is not there': (version) => {
      const index = readFileSync(join(version, 'index.u32'));
      index.writeUInt32LE(18, 0);
      writeFileSync(join(version, 'index.u32'), index);
    },
    'a class that is not there': (version) => {
      const labels = readFileSync(join(version, 'labels.u16'));
      labels.writeUInt16LE(3, 0);
      writeFileSync(join(version, 'labels.u16'), labels);
    },
  };

  it.each(Object.keys(damages))('is told: %s', async (kind) => {
    await store.edit('digits', 1, [EXCLUDE]);
    damages[kind]?.(join(directory(), 'versions', '2'));
    expect(await rejectionOf((await reopened()).show('digits'))).toMatchObject({ code: 'dataset-damaged' });
    expect(() => openDatasetReader(directory(), 2)).toThrow(/damaged/);
    expect(openDatasetReader(directory(), 1).detail.images).toBe(18);
  });

  it('is told in the list as well, of files that are too short', async () => {
    for (const [file, bytes] of [
      ['index.u32', 4],
      ['labels.u16', 2],
    ] as const) {
      const { version } = await store.edit('digits', 1, [EXCLUDE]);
      truncateSync(join(directory(), 'versions', String(version), file), bytes);
      const { damaged } = await (await reopened()).list();
      expect(damaged).toMatchObject([{ id: 'digits', failure: { code: 'dataset-damaged' } }]);
    }
  });
});

describe('undoing', () => {
  it('takes the latest version away, and the one before is shown again', async () => {
    const first = await store.show('digits');
    await store.edit('digits', 1, [EXCLUDE]);
    expect(await store.undoEdit('digits', 2, [1])).toEqual(first);
    expect(readdirSync(join(directory(), 'versions'))).toEqual([]);
  });

  it('is refused for the import, for a version that a run saw, and for one that is not the latest', async () => {
    await store.edit('digits', 1, [EXCLUDE]);
    await store.edit('digits', 2, [{ kind: 'exclude', images: [1] }]);
    for (const [version, used] of [
      [1, []],
      [3, [3]],
      [2, []],
    ] as const) {
      expect(await rejectionOf(store.undoEdit('digits', version, used))).toMatchObject({
        code: 'dataset-version-in-use',
      });
    }
    expect(await rejectionOf(store.undoEdit('digits', 4, []))).toMatchObject({ code: 'dataset-version-unknown' });
    expect((await store.show('digits')).versions).toHaveLength(3);
  });
});

describe('a filter', () => {
  const shown = async (filter: Parameters<DatasetStore['images']>[1]['filter']): Promise<number[]> =>
    (await store.images('digits', { filter, offset: 0, limit: 100 })).images.map(({ index }) => index);

  it('takes split, class, source size and text together', async () => {
    expect(await shown({ split: 'test' })).toEqual([12, 13, 14, 15, 16, 17]);
    expect(await shown({ split: 'test', label: 2 })).toEqual([14, 17]);
    expect(await shown({ sourceSize: { least: 4, most: 5 }, label: 2, split: 'test' })).toEqual([14, 17]);
    expect(await shown({ sourceSize: { least: 5, most: 9 } })).toEqual([]);
    expect(await shown({ text: 'TEST/0000' })).toEqual([12, 13, 14, 15, 16, 17]);
    expect(await shown({ text: 'train/00003' })).toEqual([3]);
  });

  it('finds images by the name of their class', async () => {
    await store.edit('digits', 1, [{ kind: 'renameClass', label: 1, name: 'Ankle boot' }]);
    expect(await shown({ text: 'BOOT', split: 'test' })).toEqual([13, 16]);
  });
});

it('opens a dataset of the first layout, with the statistics that it did not store', async () => {
  const now = await store.show('digits');
  const path = join(directory(), 'dataset.json');
  const { dataset }: { dataset: Record<string, unknown> } = JSON.parse(readFileSync(path, 'utf8'));
  delete dataset['statistics'];
  writeFileSync(path, JSON.stringify({ layout: 1, dataset }));
  mkdirSync(join(folder.path, 'gone'));
  renameSync(join(directory(), 'source-sizes.u32'), join(folder.path, 'gone', 'source-sizes.u32'));
  const old = await (await reopened()).show('digits');
  expect(old.statistics.test).toEqual({ ...now.statistics.test, sourceSizes: [], differentSizes: 0 });
  expect({ ...old, statistics: now.statistics }).toEqual(now);
  expect((await (await reopened()).edit('digits', 1, [EXCLUDE])).version).toBe(2);
});
