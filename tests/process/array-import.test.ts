/** Whole imports of images inside tables, and of images that a table lists, through the real decoder process. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatasetStore, type DatasetStore } from '../../src-main/datasets/store.ts';
import { openDecoderPool } from '../../src-main/decoder/pool.ts';
import { arrayFixture, madeImages } from '../support/datasets/arrays.ts';
import { encodePng } from '../support/datasets/images.ts';
import { importOptions, spawnDecoder } from '../support/datasets/stores.ts';
import { fingerprint, temporaryFolder, writeTree } from '../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
let store: DatasetStore;
beforeEach(async () => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  store = await openDatasetStore(home, { decoder: openDecoderPool({ spawn: spawnDecoder() }) });
});
afterEach(() => folder.remove());

/** The stored pixels. */
function storedPixels(id: string): number[] {
  return [...readFileSync(join(store.directoryOf(id), 'images.u8'))];
}

describe('an import', () => {
  it.each(['snappy', 'zstd', 'gzip', 'none'])(
    'of Parquet packed by %s stores the very pixels, in the order of the rows',
    async (codec) => {
      const source = { kind: 'paths', paths: [arrayFixture(`parquet-${codec}`)] } as const;
      const detail = await store.import({ source }, importOptions());
      expect(detail).toMatchObject({ format: 'parquet', images: 6, classNames: ['even', 'odd'], skippedCount: 0 });
      expect(storedPixels(detail.id)).toEqual(madeImages(0, 6, 10, 9, 3));
    },
  );

  it('of files that a table lists keeps class and path together', async () => {
    const source = join(folder.path, 'source');
    const values = [10, 20, 30, 40, 50, 60];
    writeTree(source, {
      ...Object.fromEntries(values.map((value) => [`images/${value}.png`, encodePng(8, 8, value)])),
      'labels.csv': `class,name,split\n${values.map((value) => `${value % 20 === 0 ? 'b' : 'a'},${value},${value > 40 ? 'test' : 'train'}`).join('\n')}\n`,
    });
    const detail = await store.import({ source: { kind: 'paths', paths: [source] } }, importOptions());
    expect(detail).toMatchObject({ format: 'csv', classNames: ['a', 'b'], splitSeed: null });
    const stored = storedPixels(detail.id);
    expect(values.map((_, index) => stored[index * 64])).toEqual([10, 30, 20, 40, 50, 60]);
  });

  it('that fails half-way leaves nothing behind', async () => {
    const name = 'train-00000-of-00002.parquet';
    const bytes = readFileSync(arrayFixture('parquet-snappy/data', name));
    writeTree(folder.path, {
      [`source/${name}`]: Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(600, 0xff), bytes.subarray(604)]),
    });
    const before = fingerprint(folder.path);
    const source = { kind: 'paths', paths: [join(folder.path, 'source')] } as const;
    await expect(store.import({ source }, importOptions())).rejects.toMatchObject({
      failure: { code: 'source-damaged' },
    });
    expect(fingerprint(folder.path)).toEqual(before);
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });
});
