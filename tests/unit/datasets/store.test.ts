/** A real data folder: imports of the sample and of IDX files, names, damage, undo, leftovers. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportRequest } from '../../../src-main/contract/dataset.ts';
import { openDatasetReader } from '../../../src-main/datasets/reader.ts';
import type { ImportProgress } from '../../../src-main/datasets/importing.ts';
import { openDatasetStore, type DatasetStore } from '../../../src-main/datasets/store.ts';
import { idxFile, writeIdxSet } from '../../support/datasets/idx.ts';
import { importOptions, NO_DECODER, rejectionOf } from '../../support/datasets/stores.ts';
import { fingerprint, temporaryFolder } from '../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
let store: DatasetStore;
let idx: ImportRequest;

beforeEach(async () => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  store = await openDatasetStore(home, { decoder: NO_DECODER });
  idx = { source: { kind: 'paths', paths: [writeIdxSet(join(folder.path, 'digits'))] } };
});
afterEach(() => folder.remove());

const entries = (): string[] => readdirSync(join(home, 'datasets')).sort();

describe('an imported dataset', () => {
  it('is described in full, and the same after it is opened again', async () => {
    const detail = await store.import(idx, importOptions());
    expect(detail).toMatchObject({
      id: 'digits',
      name: 'digits',
      version: 1,
      format: 'idx',
      height: 4,
      width: 5,
      channels: 1,
      classNames: ['0', '1', '2'],
      images: 18,
      skippedCount: 0,
      splits: {
        train: { images: 12, perClass: [4, 4, 4] },
        validation: { images: 0, perClass: [0, 0, 0] },
        test: { images: 6, perClass: [2, 2, 2] },
      },
    });
    const again = await openDatasetStore(home, { decoder: NO_DECODER });
    expect(await again.show('digits')).toEqual(detail);
    expect((await again.list()).datasets.map(({ name }) => name)).toEqual(['digits']);
  });

  it('has the mean, deviation and histogram of its train pixels', async () => {
    const { mean, standardDeviation, histogram } = await store.import(idx, importOptions());
    const values = Array.from({ length: 12 * 20 }, (_, index) => index % 251);
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
    expect(mean[0]).toBeCloseTo(average, 10);
    expect(standardDeviation[0]).toBeCloseTo(deviation, 10);
    expect(histogram).toHaveLength(64);
    expect(histogram[0]).toBe(values.filter((value) => value < 4).length);
    expect(histogram.reduce((sum, times) => sum + times, 0)).toBe(values.length);
  });

  it('has a hash of its content, whatever it is called', async () => {
    const [one, other] = [await store.import(idx, importOptions()), await store.import(idx, importOptions())];
    expect(other.contentHash).toBe(one.contentHash);
    const changed = writeIdxSet(join(folder.path, 'changed'), {
      testLabels: idxFile([6], Uint8Array.from([2, 1, 2, 0, 1, 2])),
    });
    const third = await store.import({ source: { kind: 'paths', paths: [changed] } }, importOptions());
    expect(third.contentHash).not.toBe(one.contentHash);
  });

  it('gives smaller pictures where they are asked for, never larger ones, and positions without any', async () => {
    await store.import(idx, importOptions());
    const ask = (edge: number) => store.images('digits', { filter: {}, offset: 3, limit: 2, edge });
    const [whole, small, larger] = [await ask(5), await ask(1), await ask(50)];
    expect(whole).toMatchObject({ height: 4, width: 5 });
    expect(larger).toEqual(whole);
    expect(small).toMatchObject({ height: 1, width: 1, images: whole.images });
    expect(small.pixels).toHaveLength(2);
    // The middle of 20 rising values.
    expect(Math.abs((small.pixels[0] ?? 0) - ((whole.pixels[0] ?? 0) + 9.5))).toBeLessThanOrEqual(1);
    const positions = await store.positions('digits', { filter: { split: 'test', label: 1 }, offset: 1, limit: 99 });
    expect([...positions]).toEqual([16]);
  });

  it('shows pages of images, by split and label, with only what was asked for', async () => {
    await store.import(idx, importOptions());
    const page = await store.images('digits', { filter: { split: 'test', label: 1 }, offset: 1, limit: 5 });
    expect(page.matching).toBe(2);
    expect(page.images).toEqual([
      { index: 16, split: 'test', label: 1, origin: 'test/00004', sourceHeight: 4, sourceWidth: 5, duplicates: 0 },
    ]);
    expect([...page.pixels]).toEqual(Array.from({ length: 20 }, (_, index) => (100 + 4 * 20 + index) % 251));
    const all = await store.images('digits', { filter: {}, offset: 10, limit: 4 });
    expect(all.images.map(({ index, split }) => `${split} ${index}`)).toEqual([
      'train 10',
      'train 11',
      'test 12',
      'test 13',
    ]);
    expect((await store.images('digits', { filter: {}, offset: 99, limit: 4 })).images).toEqual([]);
  });

  it.each([1 << 30, 0])('is read for training, with %d bytes of memory', async (memory) => {
    await store.import(idx, importOptions());
    const reader = openDatasetReader(store.directoryOf('digits'), 1, memory);
    expect([...reader.labels('test')]).toEqual([0, 1, 2, 0, 1, 2]);
    const into = new Uint8Array(60);
    reader.gather('test', [5, 0], into);
    expect([...into.subarray(0, 20)]).toEqual(Array.from({ length: 20 }, (_, index) => (200 + index) % 251));
    expect([...into.subarray(20, 40)]).toEqual(Array.from({ length: 20 }, (_, index) => 100 + index));
    expect([...into.subarray(40)]).toEqual(new Array(20).fill(0));
    expect(() => reader.gather('test', [6], into)).toThrow(RangeError);
    expect(() => reader.gather('train', [-1], into)).toThrow(RangeError);
    expect(() => reader.gather('train', [0, 1, 2, 3], into)).toThrow(RangeError);
    reader.close();
  });
});

describe('names', () => {
  it('are made unique when derived, and refused when given twice', async () => {
    const names = [];
    for (let round = 0; round < 3; round++) names.push((await store.import(idx, importOptions())).name);
    expect(names).toEqual(['digits', 'digits 2', 'digits 3']);
    expect(await rejectionOf(store.import({ ...idx, name: 'Digits 2' }, importOptions()))).toMatchObject({
      code: 'dataset-name-taken',
    });
    expect(await rejectionOf(store.rename('digits', 'digits 3'))).toMatchObject({ code: 'dataset-name-taken' });
  });

  it('stay unique when imports end at the same time', async () => {
    const imported = await Promise.all([1, 2, 3, 4].map(() => store.import(idx, importOptions())));
    expect(new Set(imported.map(({ name }) => name)).size).toBe(4);
    expect(new Set(imported.map(({ id }) => id)).size).toBe(4);
  });

  it.each(['Röses & co', '../../escape', '<img src=x onerror=alert(1)>', '日本', '.hidden', 'a/b\\c:d'])(
    '%s finds its dataset, and stays inside the folder',
    async (name) => {
      const before = fingerprint(folder.path);
      const { id } = await store.import({ ...idx, name }, importOptions());
      expect(id).toMatch(/^[a-z0-9][a-z0-9-]*$/);
      expect((await store.show(name)).id).toBe(id);
      const after = Object.keys(fingerprint(folder.path)).filter((path) => !(path in before));
      expect(after.every((path) => path.startsWith(`home/datasets/${id}`))).toBe(true);
    },
  );

  it.each(['', '  ', 'two\nlines', 'x'.repeat(121), 'nul\0'])('%j is refused', async (name) => {
    expect(await rejectionOf(store.import({ ...idx, name }, importOptions()))).toMatchObject({ code: 'usage' });
  });

  it('survive a restart when changed, and the id stays', async () => {
    await store.import(idx, importOptions());
    await store.rename('digits', 'Zahlen');
    const again = await openDatasetStore(home, { decoder: NO_DECODER });
    expect(await again.show('zahlen')).toMatchObject({ id: 'digits', name: 'Zahlen' });
    expect(await rejectionOf(again.show('no such'))).toMatchObject({
      code: 'dataset-unknown',
      action: expect.stringContaining('Zahlen'),
    });
  });
});

describe('an import that does not end well', () => {
  it('leaves nothing when it is cancelled, at any moment', async () => {
    for (const after of [0, 1, 2]) {
      const controller = new AbortController();
      let reports = 0;
      const onProgress = (): void => {
        if (++reports > after) controller.abort();
      };
      if (after === 0) controller.abort();
      const ended = rejectionOf(
        store.import(
          { source: { kind: 'sample', sample: 'shapes' } },
          importOptions({ signal: controller.signal, onProgress }),
        ),
      );
      expect(await ended).toMatchObject({ code: 'cancelled' });
      expect(entries()).toEqual([]);
    }
  });

  it('leaves nothing when its source is damaged half-way', async () => {
    const whole = readFileSync(join(folder.path, 'digits', 'train-images-idx3-ubyte'));
    const big = writeIdxSet(
      join(folder.path, 'cut'),
      { trainImages: whole.subarray(0, whole.length - 7) },
      { gzip: true },
    );
    expect(await rejectionOf(store.import({ source: { kind: 'paths', paths: [big] } }, importOptions()))).toMatchObject(
      { code: 'idx-mismatch' },
    );
    expect(entries()).toEqual([]);
  });

  it('is swept away at the next start when its process is gone, and left alone while it runs', async () => {
    const root = join(home, 'datasets');
    const gone = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))']).stdout.toString();
    for (const pid of [gone, String(process.ppid), 'x'])
      mkdirSync(join(root, `.importing-${pid}-a-1`, 'deep'), { recursive: true });
    await openDatasetStore(home, { decoder: NO_DECODER });
    expect(entries()).toEqual([`.importing-${process.ppid}-a-1`]);
  });

  it('does not touch an import of the same process when another store is opened', async () => {
    const running = store.import({ source: { kind: 'sample', sample: 'shapes' } }, importOptions());
    await new Promise<void>((resolve) => setImmediate(resolve));
    await openDatasetStore(home, { decoder: NO_DECODER });
    expect((await running).images).toBe(6000);
  });
});

describe('progress', () => {
  it('ends at all images, and never goes back', async () => {
    const reports: ImportProgress[] = [];
    await store.import(
      { source: { kind: 'sample', sample: 'shapes' } },
      importOptions({ onProgress: (report) => reports.push(report) }),
    );
    expect(reports.at(-1)).toMatchObject({ title: 'shapes-10', done: 6000, total: 6000, skipped: 0, secondsLeft: 0 });
    const counts = reports.map(({ done }) => done);
    expect(counts).toEqual([...counts].sort((one, other) => one - other));
  });
});

describe('damage', () => {
  const damages: Record<string, (directory: string) => void> = {
    'no description': (directory) => writeFileSync(join(directory, 'dataset.json'), ''),
    'half a description': (directory) => truncateSync(join(directory, 'dataset.json'), 100),
    'a newer layout': (directory) => {
      const path = join(directory, 'dataset.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"layout": 2', '"layout": 3'));
    },
    'counts that contradict': (directory) => {
      const path = join(directory, 'dataset.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"images": 12', '"images": 13'));
    },
    'short pixels': (directory) => truncateSync(join(directory, 'images.u8'), 7),
    'long labels': (directory) => appendFileSync(join(directory, 'labels.u16'), 'x'),
  };

  it.each(Object.keys(damages))('%s is told, hides no other dataset, and can be removed', async (kind) => {
    await store.import(idx, importOptions());
    await store.import({ ...idx, name: 'good' }, importOptions());
    damages[kind]?.(store.directoryOf('digits'));
    const { datasets, damaged } = await store.list();
    expect(datasets.map(({ name }) => name)).toEqual(['good']);
    expect(damaged).toMatchObject([{ id: 'digits', failure: { code: 'dataset-damaged' } }]);
    expect(await rejectionOf(store.show('digits'))).toMatchObject({ code: 'dataset-damaged' });
    expect(() => openDatasetReader(store.directoryOf('digits'))).toThrow(/damaged/);
    await store.remove('digits');
    expect(entries()).toEqual(['good']);
  });

  it('of a label is noticed before training', async () => {
    await store.import(idx, importOptions());
    const path = join(store.directoryOf('digits'), 'labels.u16');
    const labels = readFileSync(path);
    labels.writeUInt16LE(3, 4);
    writeFileSync(path, labels);
    expect(() => openDatasetReader(store.directoryOf('digits')).labels('train')).toThrow(/class that does not exist/);
  });
});

describe('removal', () => {
  it('can be undone, also when its name is in use again', async () => {
    const detail = await store.import(idx, importOptions());
    await store.setAside('digits');
    expect((await store.list()).datasets).toEqual([]);
    expect(await rejectionOf(store.show('digits'))).toMatchObject({ code: 'dataset-unknown' });
    expect((await store.import(idx, importOptions())).id).toBe('digits-2');
    expect(await store.restore('digits')).toMatchObject({
      id: 'digits',
      name: 'digits 2',
      contentHash: detail.contentHash,
    });
    expect((await store.list()).datasets.map(({ name }) => name).sort()).toEqual(['digits', 'digits 2']);
  });

  it('is final after a purge', async () => {
    await store.import(idx, importOptions());
    await store.setAside('digits');
    await store.purgeSetAside();
    expect(entries()).toEqual([]);
    expect(await rejectionOf(store.restore('digits'))).toMatchObject({ code: 'dataset-unknown' });
    expect(await rejectionOf(store.restore('../digits'))).toMatchObject({ code: 'dataset-unknown' });
  });
});

it('says so when the data folder cannot be made', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  expect(await rejectionOf(openDatasetStore(join(folder.path, 'file'), { decoder: NO_DECODER }))).toMatchObject({
    code: 'home-unwritable',
  });
  expect(existsSync(join(folder.path, 'file', 'datasets'))).toBe(false);
});
