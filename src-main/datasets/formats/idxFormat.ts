/** Finds sets of IDX files. */

import type { FoundSource, SourceFormat } from './format.ts';
import { choiceOf } from './format.ts';
import { prepareIdx } from './idx.ts';
import { openIdx } from './idxFile.ts';
import { findPairs, idxSetsIn } from './idxSet.ts';
import type { SourceTree, TreeFile, TreeFolder } from './sourceTree.ts';
import { foldersOf } from './sourceTree.ts';

/** MNIST, Fashion-MNIST, EMNIST and what is stored like them. */
export const idxFormat: SourceFormat = { format: 'idx', find: (tree, _decoder, earlier) => findIdx(tree, earlier) };

async function findIdx(tree: SourceTree, earlier: readonly FoundSource[]): Promise<readonly FoundSource[]> {
  const claimed = new Set(earlier.flatMap(({ uses }) => uses));
  const found: FoundSource[] = [];
  for (const folder of tree.roots.flatMap((root) => [...foldersOf(root)])) {
    const sets = await idxSetsIn(folder.files.filter(({ path }) => !claimed.has(path)));
    for (const set of sets) found.push(await describe(folder, set, sets.length > 1));
  }
  // Remains of a set are worth a message only where no set is whole.
  const whole = found.filter(({ images }) => images !== null);
  return whole.length + earlier.length > 0 ? whole : found;
}

async function describe(folder: TreeFolder, set: readonly TreeFile[], hasSiblings: boolean): Promise<FoundSource> {
  const paths = set.map(({ path }) => path);
  return {
    choice: choiceOf(hasSiblings ? (set[0]?.inside ?? '') : folder.inside),
    format: 'idx',
    title: 'IDX files, as MNIST is published',
    images: await countImages(paths),
    classNames: [],
    uses: paths,
    isVariant: false,
    prepare: (options) => prepareIdx(paths, options),
  };
}

/** Null where a header cannot be believed; reading the set tells why. */
async function countImages(paths: readonly string[]): Promise<number | null> {
  try {
    let sum = 0;
    for (const { images } of findPairs(paths)) {
      const stream = await openIdx(images, 'images');
      await stream.close();
      sum += stream.header.dimensions[0] ?? 0;
    }
    return sum;
  } catch {
    return null;
  }
}
