/** Finds folders with one folder of images per class. */

import type { ImageDecoder } from '../decoding.ts';
import { prepareFolder } from './folder.ts';
import { splitOfName } from './folderClasses.ts';
import type { FoundSource, SourceFormat } from './format.ts';
import { IMAGE_KIND_WORDS } from './headerOutcome.ts';
import { choiceOf } from './format.ts';
import type { SourceTree, TreeFolder } from './sourceTree.ts';
import { foldersOf } from './sourceTree.ts';

/** A folder per class, with or without train, validation and test above. */
export const folderFormat: SourceFormat = {
  format: 'folder',
  find: (tree, decoder, earlier) => Promise.resolve(findFolders(tree, decoder, earlier)),
};

function findFolders(tree: SourceTree, decoder: ImageDecoder, earlier: readonly FoundSource[]): FoundSource[] {
  if (tree.named.size > 0) return [];
  const [only] = tree.roots;
  if (tree.roots.length !== 1 || only === undefined) return earlier.length > 0 ? [] : [everything(tree, decoder)];
  const isClaimed = (folder: TreeFolder): boolean =>
    earlier.some((found) => found.format === 'csv' && found.uses.includes(folder.path));
  const own = datasetsIn(only);
  if (own.length > 0) return own.filter((folder) => !isClaimed(folder)).map((folder) => found(folder, decoder));
  // Beside other datasets, one folder of pictures is an illustration, not a class.
  if (earlier.length > 0 && (isClaimed(only) || classesIn(only) < 2)) return [];
  return [found(only, decoder)];
}

/** Folders with splits of their own, the outermost of each branch; none when the whole is one dataset. */
function datasetsIn(folder: TreeFolder): readonly TreeFolder[] {
  if (hasSplits(folder)) return [];
  return folder.folders.flatMap((below) => (hasSplits(below) ? [below] : datasetsIn(below)));
}

function hasSplits({ folders }: TreeFolder): boolean {
  const splits = folders.filter((below) => hasImages(below)).map((below) => splitOfName(nameOf(below)));
  return splits.includes('train') && splits.some((split) => split !== undefined && split !== 'train');
}

function classesIn(folder: TreeFolder): number {
  const [only] = folder.folders;
  if (folder.folders.length === 1 && only !== undefined) return classesIn(only);
  return folder.folders.filter(hasImages).length;
}

function hasImages(folder: TreeFolder): boolean {
  for (const { images, files } of foldersOf(folder)) {
    if (images > 0 || files.some(({ kind }) => kind in IMAGE_KIND_WORDS)) return true;
  }
  return false;
}

function nameOf({ inside }: TreeFolder): string {
  return inside.slice(inside.lastIndexOf('/') + 1);
}

function found(folder: TreeFolder, decoder: ImageDecoder): FoundSource {
  return describe([folder.path], choiceOf(folder.inside), decoder);
}

function everything({ given }: SourceTree, decoder: ImageDecoder): FoundSource {
  return describe(given, '.', decoder);
}

function describe(paths: readonly string[], choice: string, decoder: ImageDecoder): FoundSource {
  return {
    choice,
    format: 'folder',
    title: 'Images, a folder per class',
    images: null,
    classNames: [],
    uses: paths,
    isVariant: false,
    prepare: (options) => prepareFolder(paths, decoder, options),
  };
}
