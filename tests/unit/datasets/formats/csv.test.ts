/** Images that a table lists: found by which column names files that are there, and never outside the folder. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreparedSource } from '../../../../src-main/datasets/formats/source.ts';
import { prepareArrayPaths } from '../../../support/datasets/arrays.ts';
import { encodePng } from '../../../support/datasets/images.ts';
import { rejectionOf } from '../../../support/datasets/stores.ts';
import { temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

const PNG = encodePng(8, 6, 100);

/** `0.png` to `n.png` in a folder. */
function images(inside: string, names: readonly (string | number)[]): void {
  writeTree(folder.path, Object.fromEntries(names.map((name) => [join(inside, `${name}.png`), PNG])));
}

function prepare(paths = [folder.path]): Promise<PreparedSource> {
  return prepareArrayPaths(paths);
}

const reasons = ({ skipped }: PreparedSource): Record<string, string> =>
  Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]));

describe('a table of images', () => {
  const shapes: Record<string, string> = {
    'file,label': 'file,label\n0.png,cat\n1.png,dog\n2.png,cat\n3.png,dog\n',
    'in the other order': 'label,file\ncat,0.png\ndog,1.png\ncat,2.png\ndog,3.png\n',
    'with a byte-order mark and Windows line ends':
      '\ufefffile,label\r\n0.png,cat\r\n1.png,dog\r\n2.png,cat\r\n3.png,dog',
    'with semicolons and quotes': '"filename";"class"\n"0.png";"cat"\n"1.png";"dog"\n"2.png";"cat"\n"3.png";"dog"\n',
    'with tabs': 'image\tcategory\n0.png\tcat\n1.png\tdog\n2.png\tcat\n3.png\tdog\n',
    'without endings, as Kaggle has them': 'id,breed\n0,cat\n1,dog\n2,cat\n3,dog\n',
    'with more columns': 'id,width,file,label\na,8,0.png,cat\nb,8,1.png,dog\nc,8,2.png,cat\nd,8,3.png,dog\n',
    'with dots and backslashes': 'file,label\n./0.png,cat\n.\\1.png,dog\n2.png,cat\n3.png,dog\n',
  };
  it.each(Object.keys(shapes))('is understood: %s', async (what) => {
    images('', [0, 1, 2, 3]);
    writeTree(folder.path, { 'labels.csv': shapes[what] ?? '' });
    for (const paths of [[folder.path], [join(folder.path, 'labels.csv')]]) {
      const source = await prepare(paths);
      expect(source).toMatchObject({ format: 'csv', classNames: ['cat', 'dog'], total: 4, skipped: [], splitSeed: 1 });
      expect(source.splits).toEqual({ train: 2, validation: 0, test: 2 });
    }
  });

  it('may name files of a folder beside it, and say their splits', async () => {
    images('images', [0, 1, 2, 3, 4]);
    writeTree(folder.path, {
      'meta/all.csv':
        'split,path,class\ntrain,0.png,7\ntrain,1.png,10\nvalid,2.png,7\ntest,3.png,10\nholdout,4.png,7\n',
    });
    const source = await prepare();
    expect(source).toMatchObject({ classNames: ['7', '10'], splitSeed: null });
    expect(source.splits).toEqual({ train: 2, validation: 1, test: 1 });
    expect(source.skipped.map(({ reason }) => reason)).toEqual([
      'Its split is neither train, validation nor test (all.csv, line 6)',
    ]);
  });

  it('is one dataset with the table of the other split', async () => {
    images('train', [0, 1, 2]);
    images('test', ['a', 'b']);
    writeTree(folder.path, {
      'train.csv': 'file,label\n0.png,cat\n1.png,dog\n2.png,cat\n',
      'test.csv': 'file,label\na.png,cat\nb.png,dog\n',
      'sample_submission.csv': 'id,label\nx,cat\ny,cat\n',
    });
    const source = await prepare();
    expect(source.splits).toEqual({ train: 3, validation: 0, test: 2 });
  });

  it('that repeats what the folders say leaves it to them', async () => {
    images('cat', [0, 1]);
    images('dog', [0, 1]);
    writeTree(folder.path, {
      'labels.csv': 'file,label\ncat/0.png,cat\ncat/1.png,cat\ndog/0.png,dog\ndog/1.png,dog\n',
    });
    expect(await prepare()).toMatchObject({ format: 'folder', classNames: ['cat', 'dog'] });
    expect(await prepare([join(folder.path, 'labels.csv')])).toMatchObject({ format: 'csv' });
  });

  it('tells each row that it leaves out, with its line', async () => {
    images('', [0, 1, 2, 3, 4]);
    writeTree(folder.path, {
      'outside/x.png': PNG,
      'broken.png': PNG.subarray(0, 20),
      'labels.csv':
        'file,label\n0.png,cat\n1.png,dog\n2.png,cat\n3.png,dog\ngone.png,cat\n4.png,\n0.png,dog\nbroken.png,cat\n,cat\n',
    });
    expect(reasons(await prepare())).toEqual({
      'gone.png': 'Missing, or outside the folder (labels.csv, line 6)',
      '4.png': 'It has no class (labels.csv, line 7)',
      '0.png': 'Listed twice',
      'broken.png': 'Truncated PNG: it ends inside its header',
      'labels.csv': 'No file is named (labels.csv, line 10)',
    });
  });

  it('never leads out of its folder (hazards 17 and 18)', async () => {
    images('in', [0, 1, 2, 3]);
    images('out', ['secret']);
    symlinkSync(join(folder.path, 'out'), join(folder.path, 'in/link'));
    symlinkSync(join(folder.path, 'out/secret.png'), join(folder.path, 'in/link.png'));
    const absolute = join(folder.path, 'out/secret.png');
    writeTree(folder.path, {
      'in/labels.csv': `file,label\n0.png,a\n1.png,b\n2.png,a\n3.png,b\n../out/secret.png,a\n../0.png,a\n${absolute},a\nlink/secret.png,b\nlink.png,b\nC:\\secret.png,a\n`,
    });
    const source = await prepare([join(folder.path, 'in')]);
    expect(source).toMatchObject({ total: 4 });
    expect(source.skipped).toHaveLength(6);
    expect(source.skipped.every(({ reason }) => reason.startsWith('Missing, or outside the folder'))).toBe(true);
  });

  it.each([
    ['names no file that is there', 'file,label\nx.png,cat\ny.png,dog\n'],
    ['has only files', 'file\n0.png\n1.png\n'],
    ['is prose, with commas', 'Hello, world\nThis, too, is text\n'],
  ])('that %s is none', async (_what, content) => {
    images('', [0, 1, 2, 3]);
    writeTree(folder.path, { 'labels.csv': content });
    expect((await rejectionOf(prepare())).code).toBe('dataset-empty');
  });

  it('with a field that never ends is told by its line', async () => {
    images('', [0, 1, 2, 3]);
    writeTree(folder.path, {
      'labels.csv': `file,label\n0.png,cat\n1.png,dog\n2.png,cat\n${'3.png,dog\n'.repeat(8000)}4.png,"${'x'.repeat(2 << 20)}`,
    });
    expect(await rejectionOf(prepare())).toMatchObject({
      code: 'source-damaged',
      message: expect.stringContaining('labels.csv is no table that can be read'),
    });
  });
});
