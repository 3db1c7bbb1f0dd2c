/** EMNIST: IDX files whose images lie on their side, with a mapping from labels to characters. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareArrayPaths, readArrays } from '../../../support/datasets/arrays.ts';
import { idxFile, writeIdxSet } from '../../../support/datasets/idx.ts';
import { temporaryFolder, writeTree } from '../../../support/datasets/trees.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

it('is turned upright, and has the characters of its mapping', async () => {
  const letters = {
    trainLabels: idxFile(
      [12],
      Uint8Array.from({ length: 12 }, (_, index) => 1 + (index % 3)),
    ),
  };
  const test = {
    testLabels: idxFile(
      [6],
      Uint8Array.from({ length: 6 }, (_, index) => 1 + (index % 3)),
    ),
  };
  const rename = (name: string): string => `emnist-letters-${name.replace('t10k', 'test')}`;
  const set = writeIdxSet(folder.path, { ...letters, ...test }, { gzip: true, rename });
  writeTree(set, { 'emnist-letters-mapping.txt': '1 65 97\n2 66 98\n3 67 99\n' });
  const source = await prepareArrayPaths([set]);
  expect(source).toMatchObject({
    suggestedName: 'emnist-letters',
    classNames: ['A/a', 'B/b', 'C/c'],
    height: 5,
    width: 4,
  });
  expect(source.conversion).toContain('Rows and columns exchanged, as EMNIST stores them.');
  const { pixels } = await readArrays([set]);
  // Stored row by row, the first image of 4 x 5 counts up; upright, its columns do.
  expect(pixels.slice(0, 8)).toEqual([0, 5, 10, 15, 1, 6, 11, 16]);
});
