/** Exports: what they write, where, and that nothing is overwritten or left behind. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderNames } from '../../../src-main/datasets/exporting/folderNames.ts';
import { openDatasetStore, type DatasetStore } from '../../../src-main/datasets/store.ts';
import { writeIdxSet } from '../../support/datasets/idx.ts';
import { importOptions, NO_DECODER, rejectionOf } from '../../support/datasets/stores.ts';
import { fingerprint, temporaryFolder } from '../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: DatasetStore;

/** 12 train and 6 test images of 4 x 5; labels go round 0, 1, 2. */
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openDatasetStore(join(folder.path, 'home'), { decoder: NO_DECODER });
  await store.import({ source: { kind: 'paths', paths: [writeIdxSet(join(folder.path, 'digits'))] } }, importOptions());
});
afterEach(() => folder.remove());

const exported = (directory: string, format: 'folder' | 'npz' = 'folder', overrides = {}): Promise<string> =>
  store.export('digits', 1, { format, directory, ...importOptions(), ...overrides });

describe('a folder of images', () => {
  it('holds one file per image, by split and class, with the stored pixels', async () => {
    await store.edit('digits', 1, [
      { kind: 'renameClass', label: 1, name: 'T-shirt/top' },
      { kind: 'exclude', images: [0] },
    ]);
    const path = await store.export('digits', 2, {
      format: 'folder',
      directory: join(folder.path, 'out'),
      ...importOptions(),
    });
    expect(path).toBe(join(folder.path, 'out'));
    expect(readdirSync(path)).toEqual(['test', 'train']);
    expect(readdirSync(join(path, 'train'))).toEqual(['0', '2', 'T-shirt_top']);
    expect(readdirSync(join(path, 'train', 'T-shirt_top'))).toEqual([
      '00000.png',
      '00003.png',
      '00006.png',
      '00009.png',
    ]);
    const file = readFileSync(join(path, 'train', 'T-shirt_top', '00003.png'));
    // One IDAT chunk after signature and IHDR; each row of five begins with filter 0.
    const rows = inflateSync(file.subarray(41, 41 + file.readUInt32BE(33)));
    const pixels = [...rows].filter((_, index) => index % 6 !== 0);
    expect(pixels).toEqual(Array.from({ length: 20 }, (_, index) => (80 + index) % 251));
  });

  it('takes a new or empty folder itself, and else makes one inside', async () => {
    mkdirSync(join(folder.path, 'empty'));
    mkdirSync(join(folder.path, 'used'));
    writeFileSync(join(folder.path, 'used', 'mine.txt'), 'mine');
    expect(await exported(join(folder.path, 'new', 'deep'))).toBe(join(folder.path, 'new', 'deep'));
    expect(await exported(join(folder.path, 'empty'))).toBe(join(folder.path, 'empty'));
    expect(await exported(join(folder.path, 'used'))).toBe(join(folder.path, 'used', 'digits'));
    expect(readdirSync(join(folder.path, 'used')).sort()).toEqual(['digits', 'mine.txt']);
  });
});

describe('an export', () => {
  it.each(['folder', 'npz'] as const)('as %s overwrites nothing', async (format) => {
    mkdirSync(join(folder.path, 'out'));
    writeFileSync(join(folder.path, 'out', 'mine.txt'), 'mine');
    await exported(join(folder.path, 'out'), format);
    const before = fingerprint(folder.path);
    expect(await rejectionOf(exported(join(folder.path, 'out'), format))).toMatchObject({ code: 'output-exists' });
    expect(await rejectionOf(exported(join(folder.path, 'out', 'mine.txt'), format))).toMatchObject({
      code: 'output-exists',
    });
    expect(fingerprint(folder.path)).toEqual(before);
  });

  it.each(['folder', 'npz'] as const)('as %s that is cancelled leaves nothing', async (format) => {
    const before = fingerprint(folder.path);
    for (const [moment, out] of [
      ['before', 'out/deep'],
      ['after the first image', 'out/deep'],
      ['after the first image', 'out'],
    ] as const) {
      const controller = new AbortController();
      if (moment === 'before') controller.abort();
      const overrides = { signal: controller.signal, onProgress: () => controller.abort() };
      expect(await rejectionOf(exported(join(folder.path, out), format, overrides))).toMatchObject({
        code: 'cancelled',
      });
      expect(fingerprint(folder.path)).toEqual(before);
    }
  });

  it('tells progress up to all images', async () => {
    const done: number[] = [];
    const onProgress = (progress: { done: number; total: number | null }): void => {
      expect(progress.total).toBe(18);
      done.push(progress.done);
    };
    await exported(join(folder.path, 'out'), 'folder', { onProgress });
    expect(done.at(-1)).toBe(18);
  });
});

describe('an array file', () => {
  it('is read back with the same pixels, labels and names', async () => {
    const before = await store.edit('digits', 1, [
      { kind: 'renameClass', label: 1, name: 'Zwölf 日本' },
      { kind: 'move', images: [3], to: 'validation' },
    ]);
    const path = await store.export('digits', 2, { format: 'npz', directory: folder.path, ...importOptions() });
    expect(path).toBe(join(folder.path, 'digits.npz'));
    const again = await store.import({ source: { kind: 'paths', paths: [path] } }, importOptions());
    expect(again.classNames).toEqual(before.classNames);
    expect(again.contentHash).toBe(before.contentHash);
  });
});

it('gives every class a folder name that every system takes, and none twice', () => {
  const names = ['a/b', 'a:b', 'A_B', '..', 'con', 'NUL.txt', '.hidden', 'end. ', '__MACOSX', 'é'.repeat(200), 'ok'];
  const folders = folderNames(names);
  expect(folders.slice(0, 9)).toEqual([
    'a_b',
    'a_b 2',
    'A_B 3',
    '__',
    '_con',
    '_NUL.txt',
    '_hidden',
    'end__',
    '___MACOSX',
  ]);
  expect(Buffer.byteLength(folders[9] ?? '')).toBeLessThanOrEqual(210);
  expect(new Set(folders.map((name) => name.toLowerCase())).size).toBe(names.length);
});
