/** Whole imports of image folders through the real decoder process. Needs the built bundles. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_CONVERSION } from '../../src-main/contract/conversion.ts';
import type { ImportRequest } from '../../src-main/contract/dataset.ts';
import { openDatasetReader } from '../../src-main/datasets/reader.ts';
import type { ImportProgress } from '../../src-main/datasets/importing.ts';
import { openDatasetStore, type DatasetStore } from '../../src-main/datasets/store.ts';
import { openDecoderPool } from '../../src-main/decoder/pool.ts';
import { tarOf, zipOf, type TestEntry } from '../support/datasets/archives.ts';
import { encodePng, fixtureBytes, referencePixels } from '../support/datasets/images.ts';
import { importOptions, rejectionOf, spawnDecoder, STUB_BUNDLES } from '../support/datasets/stores.ts';
import { fingerprint, temporaryFolder, writeTree } from '../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let source: string;
let home: string;
let store: DatasetStore;

beforeEach(async () => {
  folder = temporaryFolder();
  source = join(folder.path, 'source');
  home = join(folder.path, 'home');
  store = await openDatasetStore(home, { decoder: openDecoderPool({ spawn: spawnDecoder() }) });
});
afterEach(() => folder.remove());

function importing(overrides: Partial<ImportRequest> = {}): ImportRequest {
  return { source: { kind: 'paths', paths: [source] }, ...overrides };
}

/** Grey squares whose value tells class and number. */
function squares(name: string, first: number, count: number): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${name}/${index}.png`, encodePng(8, 8, first + index)]),
  );
}

describe('a folder of images', () => {
  it('is stored in order, each image beside its label and path', async () => {
    writeTree(source, {
      ...squares('train/b', 100, 12),
      ...squares('train/a', 50, 3),
      ...squares('test/a', 70, 2),
      ...squares('test/b', 120, 2),
    });
    const detail = await store.import(importing(), importOptions());
    expect(detail).toMatchObject({
      format: 'folder',
      name: 'source',
      classNames: ['a', 'b'],
      channels: 1,
      splitSeed: null,
      splits: { train: { perClass: [3, 12] }, test: { perClass: [2, 2] } },
    });
    const page = await store.images('source', { filter: {}, offset: 0, limit: 100 });
    const values = [50, 51, 52, ...Array.from({ length: 12 }, (_, index) => 100 + index), 70, 71, 120, 121];
    expect(page.images.map((_, index) => page.pixels[index * 64])).toEqual(values);
    // 10.png comes after 9.png.
    expect(page.images.at(14)).toMatchObject({ index: 14, split: 'train', label: 1, origin: 'train/b/11.png' });
    const reader = openDatasetReader(store.directoryOf('source'));
    const into = new Uint8Array(64);
    reader.gather('test', [3], into);
    expect([...into]).toEqual(new Array(64).fill(121));
    reader.close();
  });

  it('keeps paths with tabs, line breaks and quotes', async () => {
    const odd = 'tab\tline\nquote"\\🌹.png';
    writeTree(source, { ...squares('a', 1, 2), ...squares('b', 9, 2), [`b/${odd}`]: encodePng(8, 8, 77) });
    await store.import(importing(), importOptions());
    const { images } = await store.images('source', { filter: { label: 1 }, offset: 0, limit: 10 });
    expect(images.map(({ origin }) => origin)).toContain(`b/${odd}`);
  });

  it('gives the pixels of the files, in colour, at their own size', async () => {
    writeTree(source, {
      'a/0.jpg': fixtureBytes('rgb.jpg'),
      'b/0.png': fixtureBytes('rgb.png'),
      'b/1.png': fixtureBytes('alpha.png'),
    });
    expect(await store.import(importing(), importOptions({}))).toMatchObject({ height: 24, width: 40, channels: 3 });
    const { images, pixels } = await store.images('source', { filter: {}, offset: 0, limit: 10 });
    const at = images.findIndex(({ origin }) => origin === 'b/0.png');
    expect(Buffer.from(pixels.subarray(at * 2880, (at + 1) * 2880)).equals(referencePixels('rgb.png'))).toBe(true);
  });

  it('is imported without its damaged files, each with its reason (hazard 23)', async () => {
    const jpeg = fixtureBytes('full.jpg');
    const png = fixtureBytes('rgb.png');
    const flipped = Uint8Array.from(png);
    flipped[1000] = (flipped[1000] ?? 0) ^ 4;
    const texted = Uint8Array.from(png);
    texted[png.length - 100] = (texted[png.length - 100] ?? 0) ^ 4;
    const ended = Buffer.concat([jpeg.subarray(0, 900), Buffer.from([0xff, 0xd9])]);
    writeTree(source, {
      'a/0.jpg': jpeg,
      'a/1.jpg': jpeg,
      'a/cut.jpg': jpeg.subarray(0, 900),
      'a/ended.jpg': ended,
      'b/0.png': png,
      'b/1.png': png,
      'b/cut.png': png.subarray(0, 900),
      'b/flipped.png': flipped,
      'b/text-damaged-only.png': texted,
    });
    const reports: ImportProgress[] = [];
    const detail = await store.import(importing(), importOptions({ onProgress: (report) => reports.push(report) }));
    expect(detail).toMatchObject({ images: 5, skippedCount: 4 });
    expect(Object.fromEntries(detail.skipped.map(({ path, reason }) => [path, reason]))).toEqual({
      'a/cut.jpg': 'Truncated JPEG: its data ends before the last pixel',
      'a/ended.jpg': 'Truncated JPEG: its data ends before the last pixel',
      'b/cut.png': 'Truncated PNG: it ends inside its IDAT chunk',
      'b/flipped.png': expect.stringMatching(/^Corrupt PNG: the IDAT chunk at byte \d+ fails its checksum$/),
    });
    expect(reports.at(-1)).toMatchObject({ done: 5, total: 9, skipped: 4, secondsLeft: 0 });
    const lines = readFileSync(join(store.directoryOf('source'), 'skipped.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(4);
  });

  it('that has no readable image is refused with the first reason, and leaves nothing', async () => {
    const cut = fixtureBytes('rgb.png').subarray(0, 900);
    writeTree(source, { 'a/0.png': cut, 'a/1.png': cut, 'b/0.png': cut, 'b/1.png': cut });
    expect(await rejectionOf(store.import(importing(), importOptions()))).toMatchObject({
      code: 'dataset-empty',
      action: expect.stringContaining('Truncated PNG'),
    });
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  it('that has one readable class is refused by its name', async () => {
    const cut = fixtureBytes('rgb.png').subarray(0, 900);
    writeTree(source, { ...squares('whole', 1, 4), 'broken/0.png': cut, 'broken/1.png': cut });
    expect(await rejectionOf(store.import(importing(), importOptions()))).toMatchObject({
      code: 'dataset-single-class',
      message: expect.stringContaining('"whole"'),
    });
  });

  it('leaves nothing when it is cancelled while it is decoded', async () => {
    writeTree(source, { ...squares('a', 0, 100), ...squares('b', 100, 100) });
    const controller = new AbortController();
    const onProgress = ({ done, total }: ImportProgress): void => {
      if (total !== null && done > 0) controller.abort();
    };
    expect(
      await rejectionOf(store.import(importing(), importOptions({ signal: controller.signal, onProgress }))),
    ).toMatchObject({ code: 'cancelled' });
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  it('is cancelled at once, also while a decoder hangs', async () => {
    writeTree(source, { ...squares('a', 0, 3), ...squares('b', 100, 3), 'b/hang.png': encodePng(8, 8, 1) });
    const decoder = openDecoderPool({ spawn: spawnDecoder(STUB_BUNDLES), patience: 3_600_000 });
    const hanging = await openDatasetStore(home, { decoder });
    const controller = new AbortController();
    const ended = rejectionOf(hanging.import(importing(), importOptions({ signal: controller.signal })));
    setTimeout(() => controller.abort(), 1000);
    expect((await ended).code).toBe('cancelled');
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  it('touches nothing but its own folder, however hostile its names and files', async () => {
    writeTree(folder.path, { 'canary/a.txt': 'a', 'home-like/b': 'b', 'home/keep': 'c' });
    writeTree(source, {
      ...squares('a', 0, 4),
      ...squares('b', 100, 4),
      '..%2f..%2fx/0.png': encodePng(8, 8, 9),
      '...../0.png': encodePng(8, 8, 9),
      'a/..\\..\\canary': 'x',
    });
    symlinkSync(join(folder.path, 'canary'), join(source, 'b', 'out'));
    const before = fingerprint(folder.path);
    await store.import(importing({ name: '../../canary' }), importOptions());
    const after = fingerprint(folder.path);
    for (const [path, digest] of Object.entries(before)) expect(after[path], path).toBe(digest);
    const added = Object.keys(after).filter((path) => !(path in before));
    expect(added.every((path) => path.startsWith('home/datasets/canary'))).toBe(true);
  });
});

describe('an archive', () => {
  const tree = {
    ...squares('train/a', 1, 4),
    ...squares('train/b', 100, 4),
    ...squares('test/a', 50, 2),
    ...squares('test/b', 150, 2),
  };
  const packed = (prefix: string): readonly TestEntry[] =>
    Object.entries(tree).map(([name, content]) => ({ name: `${prefix}${name}`, content }));

  it.each([
    ['zip', zipOf],
    ['tar', tarOf],
    ['tar.gz', (entries: readonly TestEntry[]) => gzipSync(tarOf(entries))],
  ])('(%s) gives the same dataset as the folder that was packed', async (_, pack) => {
    writeTree(source, tree);
    const folderHash = (await store.import(importing(), importOptions())).contentHash;
    // As Kaggle and macOS pack it.
    const junk = { name: '__MACOSX/roses/._train', content: Buffer.from('x') };
    writeFileSync(join(folder.path, 'roses.v2.zip'), pack([...packed('roses/roses/'), junk]));
    const request = importing({ source: { kind: 'paths', paths: [join(folder.path, 'roses.v2.zip')] } });
    const preview = await store.preview(
      { source: request.source, conversion: DEFAULT_CONVERSION },
      new AbortController().signal,
    );
    expect(preview).toMatchObject({
      splits: { train: 8, validation: 0, test: 4 },
      suggestedName: 'roses',
      skippedCount: 1,
    });
    const detail = await store.import(request, importOptions());
    expect(detail).toMatchObject({
      contentHash: folderHash,
      name: 'roses',
      source: join(folder.path, 'roses.v2.zip'),
    });
    expect(detail.skipped.map(({ path }) => path)).toEqual(['__MACOSX']);
    expect(readdirSync(join(home, 'datasets')).sort()).toEqual(['roses', 'source']);
  });

  it('without a dataset is named as itself, and leaves nothing', async () => {
    const path = join(folder.path, 'words.zip');
    writeFileSync(path, zipOf([{ name: 'a/readme.txt', content: Buffer.from('hello') }]));
    const failure = await rejectionOf(
      store.import(importing({ source: { kind: 'paths', paths: [path] } }), importOptions()),
    );
    expect(failure.message).toContain(path);
    expect(JSON.stringify(failure)).not.toContain('.importing');
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });
});

describe.skipIf(process.getuid?.() !== 0)('a disk that is too small (a real one of a few hundred kB)', () => {
  let disk: string;
  beforeEach(() => {
    disk = join(folder.path, 'disk');
    mkdirSync(disk);
  });
  afterEach(() => {
    spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  const mount = (size: string): void =>
    void execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);

  it('is told before anything is written', async () => {
    mount('1m');
    const small = await openDatasetStore(disk, { decoder: openDecoderPool({ spawn: spawnDecoder() }) });
    const request: ImportRequest = { source: { kind: 'sample', sample: 'shapes' } };
    expect(await rejectionOf(small.import(request, importOptions()))).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('19 MB'),
    });
    expect(readdirSync(join(disk, 'datasets'))).toEqual([]);
  });

  it('is told when it fills up half-way, and nothing is left', async () => {
    mount('20m');
    const small = await openDatasetStore(disk, { decoder: openDecoderPool({ spawn: spawnDecoder() }) });
    const request: ImportRequest = { source: { kind: 'sample', sample: 'shapes' } };
    let filled = false;
    const onProgress = ({ done }: ImportProgress): void => {
      if (done === 0 || filled) return;
      filled = true;
      try {
        execFileSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=1M', 'count=40'], { stdio: 'ignore' });
      } catch {
        // It ends when the disk is full, as it should.
      }
    };
    expect(await rejectionOf(small.import(request, importOptions({ onProgress })))).toMatchObject({
      code: 'disk-full',
    });
    expect(readdirSync(join(disk, 'datasets'))).toEqual([]);
  });
});
