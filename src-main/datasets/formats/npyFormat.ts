/** Finds datasets in NumPy archives and in pairs of array files: by what arrays are called, and by their shapes. */

import { basename } from 'node:path';
import { backgroundOf, colourWord } from '../convert.ts';
import { prepareArrays } from './arrays.ts';
import type { ArrayPart } from './arrays.ts';
import { damagedFile, unsupportedFile } from './byteStream.ts';
import type { FoundSource, SourceFormat } from './format.ts';
import { choiceOf } from './format.ts';
import type { NamedArray } from './npyFile.ts';
import { isNpz, openNpy, openNpz } from './npyFile.ts';
import { findScaling, imageLayout, readImages } from './npyImages.ts';
import { readLabels, readTextList } from './npyLabels.ts';
import type { ArrayPair, ArraySet } from './npyNames.ts';
import { pairArrays } from './npyNames.ts';
import type { PrepareOptions, PreparedSource } from './source.ts';
import type { SourceTree, TreeFile, TreeFolder } from './sourceTree.ts';
import { foldersOf } from './sourceTree.ts';

/** `.npz` archives, and `.npy` files that lie side by side. */
export const npyFormat: SourceFormat = { format: 'npz', find: findArrays };

async function findArrays(tree: SourceTree): Promise<readonly FoundSource[]> {
  const found: FoundSource[] = [];
  for (const folder of tree.roots.flatMap((root) => [...foldersOf(root)])) {
    for (const file of folder.files) {
      if (file.kind !== 'zip' || !(await isNpz(file.path))) continue;
      found.push(...(await describe(folder, file.inside, [file], () => openNpz(file.path), tree.named.has(file.path))));
    }
    const files = folder.files.filter(({ kind }) => kind === 'numpy');
    const isNamed = files.some(({ path }) => tree.named.has(path));
    if (files.length > 0) found.push(...(await describe(folder, folder.inside, files, () => openAll(files), isNamed)));
  }
  return found;
}

async function openAll(files: readonly TreeFile[]): Promise<readonly NamedArray[]> {
  const arrays: NamedArray[] = [];
  for (const { path, bytes } of files) arrays.push(await openNpy(path, bytes));
  return arrays;
}

/** Files that are damaged, or hold no pair, are found only when they were given by name or are archives of their own. */
async function describe(
  folder: TreeFolder,
  inside: string,
  files: readonly TreeFile[],
  open: () => Promise<readonly NamedArray[]>,
  isNamed: boolean,
): Promise<readonly FoundSource[]> {
  const base: Omit<FoundSource, 'prepare'> = {
    choice: choiceOf(inside),
    format: 'npz',
    title: files[0]?.kind === 'zip' ? 'NumPy archive' : 'NumPy arrays',
    images: null,
    classNames: [],
    uses: files.map(({ path }) => path),
    isVariant: false,
  };
  const name = files[0]?.kind === 'zip' ? basename(files[0].path).replace(/\.npz$/i, '') : basename(folder.path);
  const source = files[0]?.kind === 'zip' ? files[0].path : folder.path;
  try {
    const sets = pairArrays(await open());
    if (sets.length > 0) {
      return sets.map((set) => ({
        ...base,
        choice: set.family === '' ? base.choice : `${base.choice === '.' ? '' : `${base.choice}/`}${set.family}`,
        images: set.pairs.reduce((sum, { images }) => sum + (images.header.shape[0] ?? 0), 0),
        prepare: (options) => prepareSet(set, source, set.family === '' ? name : set.family, options),
      }));
    }
  } catch {
    // Told when it is prepared.
  }
  if (!isNamed && files[0]?.kind !== 'zip') return [];
  return [{ ...base, prepare: async () => refuse(source, await open()) }];
}

function refuse(path: string, arrays: readonly NamedArray[]): never {
  const there = arrays.map(({ name, header }) => `${name} (${header.shape.join(' x ')})`).join(', ');
  throw unsupportedFile(
    path,
    `holds ${there === '' ? 'no arrays' : there}, and no images with a label for each`,
    'Save images as x_train and labels as y_train, images first: N x height x width, with or without 1, 3 or 4 channels.',
  );
}

async function prepareSet(
  { pairs, classNames }: ArraySet,
  source: string,
  name: string,
  options: PrepareOptions,
): Promise<PreparedSource> {
  const parts: ArrayPart[] = [];
  const readings = new Set<string>();
  let names: ReadonlyMap<number, string> | null = null;
  for (const pair of pairs) {
    const part = await readPart(pair, options);
    part.readings.forEach((reading) => readings.add(reading));
    names = mergeNames(pair.labels.title, names, part.names);
    parts.push(part);
  }
  if (classNames !== null) {
    const texts = await readTextList(classNames, options.signal);
    names = new Map(texts.map((text, label) => [label, text]));
  }
  const reading = [...readings].join(' ');
  const base = { format: 'npz', source, suggestedName: name, names, parts } as const;
  return prepareArrays(reading === '' ? base : { ...base, reading }, options);
}

/** Labels that are text stand for the same numbers only where all splits have the same names. */
function mergeNames(
  title: string,
  known: ReadonlyMap<number, string> | null,
  names: ReadonlyMap<number, string> | null,
): ReadonlyMap<number, string> | null {
  if (known === null || names === null) return known ?? names;
  if ([...known].every(([label, name]) => names.get(label) === name) && known.size === names.size) return known;
  throw damagedFile(title, 'has other classes than the training labels');
}

async function readPart(
  { split, images, labels }: ArrayPair,
  { signal, conversion }: PrepareOptions,
): Promise<ArrayPart & { readonly names: ReadonlyMap<number, string> | null; readonly readings: readonly string[] }> {
  const layout = imageLayout(images);
  if (layout === null) throw new Error('pairArrays yields only images');
  const found = await readLabels(labels, signal);
  const scaling = await findScaling(images, signal);
  return {
    title: images.title,
    split,
    shape: layout.shape,
    labels: found.labels,
    names: found.names,
    readings: [
      ...(scaling.title === null ? [] : [scaling.title]),
      ...(layout.hasAlpha ? [`The fourth channel is transparency, over ${colourWord(conversion.background)}.`] : []),
    ],
    read: (again) => readImages(images, layout, scaling, backgroundOf(conversion.background, 3), again),
  };
}
