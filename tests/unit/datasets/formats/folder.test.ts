/** Folders of images: splits, classes, and what is left out, before anything is decoded (hazards 25, 27 to 29, 31 to 34). */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findClassFolders } from '../../../../src-main/datasets/formats/folderClasses.ts';
import { scanImages } from '../../../../src-main/datasets/formats/folderScan.ts';
import { placeImages, type Placement } from '../../../../src-main/datasets/formats/folderSplit.ts';
import type { SkippedFile } from '../../../../src-main/contract/dataset.ts';
import type { PreparedSource } from '../../../../src-main/datasets/formats/source.ts';
import { prepareSource } from '../../../../src-main/datasets/prepare.ts';
import {
  encodePng,
  fixtureBytes,
  PNG_SIGNATURE,
  pngChunk,
  pngHeader,
  withOrientation,
} from '../../../support/datasets/images.ts';
import { NO_DECODER, prepareOptions, rejectionOf, squares } from '../../../support/datasets/stores.ts';
import { temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'images');
});
afterEach(() => folder.remove());

const PNG = encodePng(8, 6, 100);

/** `count` images per folder. */
function images(folders: readonly string[], count = 2): Record<string, Uint8Array> {
  return Object.fromEntries(
    folders.flatMap((name) => Array.from({ length: count }, (_, index) => [`${name}/${index}.png`, PNG])),
  );
}

function prepare(paths: readonly string[] = [root], edge?: number): Promise<PreparedSource> {
  return prepareSource(
    { kind: 'paths', paths },
    NO_DECODER,
    prepareOptions(edge === undefined ? {} : { conversion: squares(edge) }),
  );
}

/** Which image goes where. */
async function place(
  paths: readonly string[] = [root],
  seed = 1,
): Promise<Placement & { where: Record<string, string[]> }> {
  const ignore = (): void => undefined;
  const found = await scanImages(await findClassFolders(paths, ignore), NO_DECODER, prepareOptions(), []);
  const placement = await placeImages(found, seed);
  const where: Record<string, string[]> = {};
  for (const { image, split } of placement.images) (where[split] ??= []).push(image.inside);
  return { ...placement, where };
}

async function skippedReasons(): Promise<Record<string, string>> {
  const { skipped } = await prepare();
  return Object.fromEntries(skipped.map(({ path, reason }: SkippedFile) => [path, reason]));
}

describe('classes and splits', () => {
  it('come from train, test and val, whatever their letter case', async () => {
    writeTree(root, images(['Train/cat', 'Train/dog', 'test/cat', 'test/dog', 'VALID/cat']));
    const { classNames, where, splitSeed } = await place();
    expect(classNames).toEqual(['cat', 'dog']);
    expect(splitSeed).toBeNull();
    expect(where).toEqual({
      train: ['Train/cat/0.png', 'Train/cat/1.png', 'Train/dog/0.png', 'Train/dog/1.png'],
      validation: ['VALID/cat/0.png', 'VALID/cat/1.png'],
      test: ['test/cat/0.png', 'test/cat/1.png', 'test/dog/0.png', 'test/dog/1.png'],
    });
  });

  it('are found below folders that hold nothing else, as unpacked archives have them', async () => {
    writeTree(join(root, 'archive', 'flowers'), images(['train/a', 'train/b', 'test/a', 'test/b']));
    expect((await place()).where['test']).toHaveLength(4);
    writeTree(join(folder.path, 'other', 'flowers'), images(['a', 'b']));
    expect((await place([join(folder.path, 'other')])).classNames).toEqual(['a', 'b']);
  });

  it('are drawn by the seed where there are none: a fifth of each class, at least one', async () => {
    writeTree(root, { ...images(['many'], 50), ...images(['few'], 2), ...images(['one'], 1) });
    const { where, splitSeed, images: placed } = await place();
    expect(splitSeed).toBe(1);
    const count = (split: string, name: string): number =>
      placed.filter((each) => each.split === split && each.image.className === name).length;
    expect(['many', 'few', 'one'].map((name) => [count('train', name), count('test', name)])).toEqual([
      [40, 10],
      [1, 1],
      [1, 0],
    ]);
    expect((await place([root], 1)).where).toEqual(where);
    expect((await place([root], 2)).where).not.toEqual(where);
  });

  it('of a train folder alone are split by the seed', async () => {
    writeTree(root, images(['train/a', 'train/b'], 5));
    expect(await place()).toMatchObject({ classNames: ['a', 'b'], splitSeed: 1 });
  });

  it('may be given as several folders', async () => {
    writeTree(root, images(['x/cats', 'y/dogs'], 5));
    expect((await prepare([join(root, 'x/cats'), join(root, 'y/dogs')])).classNames).toEqual(['cats', 'dogs']);
  });

  it('have their numbers in the order of numbers', async () => {
    writeTree(root, images(['class10', 'class9', 'class1', 'Class2', 'class09a']));
    expect((await place()).classNames).toEqual(['Class2', 'class1', 'class9', 'class09a', 'class10']);
  });

  it('include images in folders inside a class', async () => {
    writeTree(root, { ...images(['a', 'b']), 'a/deep/er/x.png': PNG });
    expect((await prepare()).total).toBe(5);
  });

  it('keep odd names', async () => {
    const names = ['ü', '日本', '🌹', '<img src=x onerror=alert(1)>', 'tab\there', 'x'.repeat(255)];
    writeTree(root, images(names));
    expect([...(await prepare()).classNames].sort()).toEqual([...names].sort());
  });

  it('that occur in test but not in train are told file by file', async () => {
    writeTree(root, images(['train/a', 'train/b', 'test/a', 'test/c'], 1));
    const { classNames, skipped } = await prepare();
    expect(classNames).toEqual(['a', 'b']);
    expect(skipped).toMatchObject([{ path: 'test/c/0.png', reason: 'Class "c" is in test but not in train' }]);
  });
});

describe('what is left out, with a reason', () => {
  beforeEach(() => writeTree(root, images(['a', 'b'])));

  it('hidden and system files are never a class (hazard 28)', async () => {
    writeTree(root, {
      '.DS_Store': 'x',
      'Thumbs.db': 'x',
      '__MACOSX/a/0.png': PNG,
      '.ipynb_checkpoints/0.png': PNG,
      'a/.DS_Store': 'x',
      'a/._0.png': 'x',
    });
    expect((await prepare()).classNames).toEqual(['a', 'b']);
    expect(await skippedReasons()).toEqual({
      '.DS_Store': 'Hidden',
      '.ipynb_checkpoints': 'Hidden',
      'Thumbs.db': 'Made by the system, not an image',
      __MACOSX: 'Made by the system, not an image',
      'a/.DS_Store': 'Hidden',
      'a/._0.png': 'Hidden',
    });
  });

  it('files are judged by their content, not by their names (hazard 27)', async () => {
    writeTree(root, {
      'a/really-a-png.jpg': PNG,
      'a/page.png': '<!DOCTYPE html><html>',
      'a/picture.png': Buffer.from('II*\0 and more'),
      'a/notes.txt': 'hello',
      'a/empty.png': '',
      'a/arithmetic.jpg': fixtureBytes('arithmetic.jpg'),
      'loose.png': PNG,
    });
    expect((await prepare()).total).toBe(5);
    expect(await skippedReasons()).toEqual({
      'a/page.png': 'Not an image: an HTML page',
      'a/picture.png': 'A TIFF image, which is not read',
      'a/notes.txt': 'Not an image: a text file',
      'a/empty.png': 'Empty file',
      'a/arithmetic.jpg': 'A lossless, arithmetic or hierarchical JPEG',
      'loose.png': 'Not inside the folder of a class',
    });
  });

  it('an image of more than 64 megapixels is refused from its header (hazard 25)', async () => {
    const bomb = Buffer.concat([PNG_SIGNATURE, pngHeader(30_000, 30_000, 2), pngChunk('IDAT', new Uint8Array(9))]);
    const frame = Buffer.from('ffd8ffc0001108ffffffff03012200021101031101', 'hex');
    writeTree(root, { 'a/bomb.png': bomb, 'a/bomb.jpg': frame });
    expect(await skippedReasons()).toEqual({
      'a/bomb.jpg': 'Too large: 65535 x 65535 is more than 64 megapixels',
      'a/bomb.png': 'Too large: 30000 x 30000 is more than 64 megapixels',
    });
  });

  it('links, loops, pipes and sockets are passed over without waiting (hazard 31)', async () => {
    symlinkSync(root, join(root, 'a', 'loop'));
    symlinkSync(join(root, 'a', '0.png'), join(root, 'b', 'link.png'));
    symlinkSync(join(root, 'a'), join(root, 'linked-class'));
    execFileSync('mkfifo', [join(root, 'b', 'pipe.png')]);
    expect((await prepare()).total).toBe(4);
    expect(await skippedReasons()).toEqual({
      'a/loop': 'A link',
      'b/link.png': 'A link',
      'linked-class': 'A link',
      'b/pipe.png': 'A pipe',
    });
  });

  it.skipIf(process.platform !== 'linux')('names that are not UTF-8 are told (hazard 32)', async () => {
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'a/')), Buffer.from([0x66, 0xff, 0x2e, 0x70])]), PNG);
    expect(await skippedReasons()).toEqual({ 'a/fÿ.p': 'Its name is not valid UTF-8' });
  });

  it('a folder without images is told', async () => {
    mkdirSync(join(root, 'c'));
    expect(await skippedReasons()).toEqual({ c: 'Folder without images' });
  });

  it.skipIf(process.platform === 'win32')('what may not be read is told by name (hazard 34)', async () => {
    writeTree(root, { ...images(['c']), 'a/secret.png': PNG });
    chmodSync(join(root, 'c'), 0);
    chmodSync(join(root, 'a/secret.png'), 0);
    try {
      const reasons = await asNobody([root, folder.path], skippedReasons);
      expect(reasons).toEqual({
        c: 'Folder cannot be read (EACCES)',
        'a/secret.png': 'Cannot be read (EACCES)',
      });
    } finally {
      chmodSync(join(root, 'c'), 0o755);
    }
  });
});

describe('what cannot be trained (hazard 29)', () => {
  it.each([
    ['an empty folder', {}, 'dataset-empty'],
    ['a folder of loose images', { 'a.png': PNG, 'b.png': PNG }, 'dataset-empty'],
    ['folders without images', { 'a/x.txt': 'x', 'b/y.txt': 'y' }, 'dataset-empty'],
    ['one class', images(['only']), 'dataset-single-class'],
    ['one class in train', images(['train/a', 'test/a', 'test/b']), 'dataset-single-class'],
  ])('%s is told', async (_what, files, code) => {
    mkdirSync(root);
    writeTree(root, files);
    expect(await rejectionOf(prepare())).toMatchObject({ code, message: expect.stringContaining(root) });
  });

  it.skipIf(process.platform === 'win32')('is a folder that may not be read', async () => {
    mkdirSync(root);
    chmodSync(root, 0);
    try {
      const failure = await asNobody([folder.path], () => rejectionOf(prepare()));
      expect(failure).toMatchObject({ code: 'path-unreadable', message: expect.stringContaining(root) });
    } finally {
      chmodSync(root, 0o755);
    }
  });
});

describe('the size of stored images', () => {
  it('is that of all images when they share a small one', async () => {
    writeTree(root, images(['a', 'b']));
    expect(await prepare()).toMatchObject({
      height: 6,
      width: 8,
      channels: 1,
      conversion: expect.stringContaining('Kept at their size'),
    });
  });

  it('counts an image as it lies after its EXIF orientation', async () => {
    const jpeg = fixtureBytes('full.jpg');
    writeTree(root, { 'a/0.jpg': withOrientation(jpeg, 6), 'b/0.jpg': withOrientation(jpeg, 8) });
    expect(await prepare()).toMatchObject({ height: 40, width: 24 });
    writeTree(root, { 'b/1.jpg': jpeg });
    expect(await prepare()).toMatchObject({ height: 64, width: 64 });
  });

  it('is 64 when sizes differ or are large, and what is asked for otherwise', async () => {
    writeTree(root, { ...images(['a', 'b']), 'b/other.png': encodePng(9, 6, 1) });
    expect(await prepare()).toMatchObject({ height: 64, width: 64 });
    expect(await prepare([root], 20)).toMatchObject({ height: 20, width: 20 });
    const large = join(folder.path, 'large');
    writeTree(large, { 'a/0.png': encodePng(97, 97, 1), 'b/0.png': encodePng(97, 97, 1) });
    expect(await prepare([large])).toMatchObject({ height: 64, width: 64 });
  });

  it('has three channels as soon as one image is stored in colour', async () => {
    writeTree(root, { ...images(['a']), 'b/0.png': encodePng(8, 6, new Uint8Array(144)) });
    expect((await prepare()).channels).toBe(3);
  });
});

/** Runs something without root's right to read everything. */
async function asNobody<T>(folders: readonly string[], task: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0 || process.seteuid === undefined) return task();
  for (const path of folders) if (path !== root) chmodSync(path, 0o755);
  process.seteuid(65_534);
  try {
    return await task();
  } finally {
    process.seteuid(0);
  }
}
