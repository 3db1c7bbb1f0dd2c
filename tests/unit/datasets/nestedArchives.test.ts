/** Archives in archives: one level of them is understood, within the limits of the whole (hazard 20). */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveShelf } from '../../../src-main/datasets/archives/archives.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../../../src-main/datasets/archives/unpacking.ts';
import { findClassFolders } from '../../../src-main/datasets/formats/folderClasses.ts';
import { findDatasets } from '../../../src-main/datasets/prepare.ts';
import { tarOf, zipOf } from '../../support/datasets/archives.ts';
import { encodePng } from '../../support/datasets/images.ts';
import { NO_DECODER, rejectionOf } from '../../support/datasets/stores.ts';
import { temporaryFolder } from '../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

const text = (value: string): Uint8Array => Buffer.from(value);
const options = { signal: new AbortController().signal, onCounted: () => undefined };

/** Unpacks bytes, and closes again after `look` has seen the folder. */
async function unpacked<T>(
  bytes: Uint8Array,
  look: (root: string, skipped: readonly (readonly [string, string])[]) => T | Promise<T>,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<T> {
  const path = join(folder.path, 'all.zip');
  writeFileSync(path, bytes);
  const opened = await new ArchiveShelf(folder.path, limits).open({ kind: 'paths', paths: [path] }, options);
  try {
    const [root = ''] = opened.source.kind === 'paths' ? opened.source.paths : [];
    const { skipped } = opened.describe({ ...({} as Parameters<typeof opened.describe>[0]), skipped: [] });
    return await look(
      root,
      skipped.map(({ path: name, reason }) => [name, reason] as const),
    );
  } finally {
    await opened.close(false);
    expect(readdirSync(folder.path)).toEqual(['all.zip']);
  }
}

function filesOf(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')]),
  );
}

describe('an archive in an archive', () => {
  it('becomes a folder in its place, whatever its name and form', async () => {
    const inner = [{ name: 'a/1', content: text('one') }];
    const entries = [
      { name: 'deep/train.zip', content: zipOf(inner) },
      { name: 'test.tar.gz', content: gzipSync(tarOf(inner)) },
      { name: 'odd', content: tarOf(inner) },
      { name: 'taken.zip', content: zipOf(inner) },
      { name: 'taken/2', content: text('two') },
      { name: 'labels.csv.gz', content: gzipSync(text('file,label')) },
      { name: 'arrays.npz', content: zipOf([{ name: 'x.npy', content: text('array') }]) },
    ];
    await unpacked(zipOf(entries), (root, skipped) => {
      const files = filesOf(root);
      expect(Object.keys(files)).toEqual([
        ...['arrays.npz', 'deep/train/a/1', 'labels.csv.gz', 'odd/a/1', 'taken.zip/a/1', 'taken/2', 'test/a/1'],
      ]);
      expect(files['deep/train/a/1']).toBe('one');
      expect(skipped).toEqual([]);
    });
  });

  it('with splits of images is one dataset, as Kaggle packs it', async () => {
    const split = (name: string): Uint8Array =>
      zipOf(['cat', 'dog'].map((label) => ({ name: `${name}/${label}/0.png`, content: encodePng(8, 8, 1) })));
    const whole = zipOf(['train', 'test'].map((name) => ({ name: `${name}.zip`, content: split(name) })));
    await unpacked(whole, async (root) => {
      expect(await findDatasets([root], NO_DECODER, options.signal)).toHaveLength(1);
      const classes = await findClassFolders([root], () => undefined);
      expect(classes.map(({ split, className }) => `${split ?? ''} ${className}`)).toEqual([
        ...['test cat', 'test dog', 'train cat', 'train dog'],
      ]);
    });
  });

  it('is left out by name where it is damaged, and where it holds further ones', async () => {
    const deepest = zipOf([{ name: 'x', content: text('x') }]);
    const entries = [
      { name: 'good', content: text('good') },
      { name: 'cut.zip', content: zipOf([{ name: 'y', content: text('y') }]).subarray(0, 40) },
      { name: 'middle.zip', content: zipOf([{ name: 'deepest.zip', content: deepest }, { name: '../out' }]) },
    ];
    await unpacked(zipOf(entries), (root, skipped) => {
      expect(filesOf(root)).toEqual({ good: 'good' });
      expect(skipped).toEqual([
        ['cut.zip', expect.stringContaining('cut.zip is no whole ZIP archive')],
        ['middle.zip/../out', 'Its path leads out of the archive'],
        ['middle.zip/deepest.zip', 'An archive inside an archive inside an archive'],
      ]);
    });
  });

  it('counts against the limits of the whole', async () => {
    const many = zipOf(Array.from({ length: 6 }, (_, index) => ({ name: `f${index}`, content: text('x') })));
    const twice = zipOf([
      { name: '1.zip', content: many },
      { name: '2.zip', content: many },
    ]);
    const nothing = (): void => undefined;
    expect(await rejectionOf(unpacked(twice, nothing, { ...ARCHIVE_LIMITS, entries: 13 }))).toMatchObject({
      message: expect.stringContaining('all.zip has more than 13 entries'),
    });
    await unpacked(twice, nothing, { ...ARCHIVE_LIMITS, entries: 14 });
    const zeros = zipOf([{ name: 'zeros.zip', content: zipOf([{ name: 'z', content: new Uint8Array(3 << 20) }]) }]);
    const limits = { ...ARCHIVE_LIMITS, free: 1 << 20, ratio: 50 };
    expect(await rejectionOf(unpacked(zeros, nothing, limits))).toMatchObject({
      message: expect.stringContaining('more than 50 times its own size'),
    });
  });
});
