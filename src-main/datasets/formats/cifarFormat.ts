/** Finds CIFAR-10 and CIFAR-100 (Krizhevsky, 2009) in both released forms. */

import { prepareBinary, readBinary } from './cifarBinary.ts';
import type { CifarFile, CifarSet } from './cifarBinary.ts';
import { preparePython, readPython } from './cifarPython.ts';
import type { FoundSource, SourceFormat } from './format.ts';
import { choiceOf } from './format.ts';
import type { SourceTree, TreeFolder } from './sourceTree.ts';
import { foldersOf } from './sourceTree.ts';

/** CIFAR-10 and CIFAR-100; the coarse labels of the latter are a variant. */
export const cifarFormat: SourceFormat = { format: 'cifar', find: findCifar };

async function findCifar(tree: SourceTree): Promise<readonly FoundSource[]> {
  const found: FoundSource[] = [];
  for (const folder of tree.roots.flatMap((root) => [...foldersOf(root)])) {
    for (const set of await readBinary(folder.files))
      found.push(...describe(folder, set, 'binary version', prepareBinary));
    const isNamed = folder.files.filter(({ path }) => tree.named.has(path)).map(({ path }) => path);
    const python = await readPython(folder.files, isNamed);
    if (python !== null) found.push(...describe(folder, python, 'Python version', preparePython));
  }
  return found;
}

type Prepare<T> = (set: T, coarse: boolean, folder: string) => FoundSource['prepare'];

function describe<T extends CifarSet>(
  folder: TreeFolder,
  set: T,
  version: string,
  prepare: Prepare<T>,
): readonly FoundSource[] {
  const { dataset, files } = set;
  const fine: FoundSource = {
    choice: choiceOf(folder.inside),
    format: 'cifar',
    title: `${dataset}, ${version}`,
    images: countImages(files),
    classNames: set.names,
    uses: files.map(({ path }) => path),
    isVariant: false,
    prepare: prepare(set, false, folder.path),
  };
  if (dataset === 'CIFAR-10') return [fine];
  const coarse: FoundSource = {
    ...fine,
    choice: folder.inside === '' ? 'coarse' : `${folder.inside}/coarse`,
    title: `${dataset}, ${version}, with its 20 coarse classes`,
    classNames: set.coarseNames,
    isVariant: true,
    prepare: prepare(set, true, folder.path),
  };
  return [fine, coarse];
}

function countImages(files: readonly CifarFile[]): number | null {
  const counts = files.map(({ images }) => images);
  return counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
