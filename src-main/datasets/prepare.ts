/** Finds the datasets in what was given to import, and prepares the one that is meant. */

import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportSource } from '../contract/dataset.ts';
import { assertNever, DenseLabError } from '../contract/errors.ts';
import type { ImageDecoder } from './decoding.ts';
import { cifarFormat } from './formats/cifarFormat.ts';
import { csvFormat } from './formats/csvFormat.ts';
import { prepareFolder } from './formats/folder.ts';
import { folderFormat } from './formats/folderFormat.ts';
import type { FoundSource, SourceFormat } from './formats/format.ts';
import { idxFormat } from './formats/idxFormat.ts';
import { sniff, SNIFFED_BYTES } from './formats/magic.ts';
import { npyFormat } from './formats/npyFormat.ts';
import { parquetFormat } from './formats/parquetFormat.ts';
import { prepareShapes } from './formats/shapes.ts';
import type { PreparedSource, PrepareOptions } from './formats/source.ts';
import { spelled } from './formats/source.ts';
import { svhnFormat } from './formats/svhnFormat.ts';
import type { GivenPath, SourceTree } from './formats/sourceTree.ts';
import { readSourceTree } from './formats/sourceTree.ts';
import { watched } from './watched.ts';

/** All formats; one that stands further up has the first claim on a file. */
const FORMATS: readonly SourceFormat[] = [
  cifarFormat,
  idxFormat,
  svhnFormat,
  npyFormat,
  parquetFormat,
  csvFormat,
  folderFormat,
];

const UNDERSTOOD =
  'Choose a folder with one folder of images per class or with a CSV that lists them, files of IDX, CIFAR, SVHN, NumPy or Parquet, or a zip or tar of these.';
/** Choices that a failure lists. */
const LISTED_CHOICES = 50;

/**
 * Understands a source without reading its pixels.
 * @throws DenseLabError `path-missing`, `path-unreadable`, `format-unknown`, `dataset-choice` when there are several and none is
 *   chosen (its detail lists them, one a line), and what the readers throw.
 */
export async function prepareSource(
  source: ImportSource,
  decoder: ImageDecoder,
  options: PrepareOptions & { readonly choice?: string | undefined },
): Promise<PreparedSource> {
  switch (source.kind) {
    case 'sample':
      return prepareShapes(options);
    case 'paths': {
      const found = await findDatasets(source.paths, decoder, options.signal);
      return chooseDataset(found, options.choice, source.paths).prepare(options);
    }
    default:
      return assertNever(source);
  }
}

/**
 * All datasets that lie where the paths point, at least one; variants come last.
 * @throws DenseLabError `path-missing`, `path-unreadable`, `format-unknown`, `cancelled`.
 */
export async function findDatasets(
  given: readonly string[],
  decoder: ImageDecoder,
  signal: AbortSignal,
): Promise<readonly FoundSource[]> {
  const paths = await Promise.all(given.map(resolve));
  if (paths.length === 0) throw new DenseLabError('format-unknown', 'Nothing was given to import.', UNDERSTOOD);
  const tree = await readSourceTree(paths, signal);
  const found: FoundSource[] = [];
  for (const format of FORMATS) found.push(...(await format.find(tree, decoder, found)));
  const meant = found.filter((dataset) => isMeant(tree, dataset));
  if (meant.length === 0) return [await nothingFound(paths, decoder)];
  return distinct([...meant].sort((one, other) => Number(one.isVariant) - Number(other.isVariant))).map(watched);
}

/**
 * The dataset of that name, or the only one.
 * @throws DenseLabError `dataset-choice`.
 */
export function chooseDataset(
  found: readonly FoundSource[],
  choice: string | undefined,
  given: readonly string[],
): FoundSource {
  const chosen = choice === undefined ? found.filter((dataset) => !dataset.isVariant) : found.filter(named(choice));
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return only;
  const lines = found.slice(0, LISTED_CHOICES).map((dataset) => `${dataset.choice}: ${describe(dataset)}`);
  const where = given.join(', ');
  throw new DenseLabError(
    'dataset-choice',
    choice === undefined
      ? `${where} holds ${spelled(chosen.length)} datasets.`
      : `${where} holds no dataset ${JSON.stringify(choice)}.`,
    `Choose one of: ${found
      .slice(0, 8)
      .map((dataset) => dataset.choice)
      .join(', ')}${found.length > 8 ? ', ...' : ''}.`,
    lines.join('\n'),
  );
}

function named(choice: string): (dataset: FoundSource) => boolean {
  return (dataset) => dataset.choice === choice;
}

function describe({ title, images }: FoundSource): string {
  return images === null ? title : `${title}, ${spelled(images)} images`;
}

/** Where files were given by name, their neighbours are looked at, but not meant. */
function isMeant({ named: files, roots, given }: SourceTree, { uses }: FoundSource): boolean {
  if (files.size === 0 || uses.some((path) => files.has(path))) return true;
  return roots.some(({ path }) => given.includes(path) && uses.some((used) => used.startsWith(path)));
}

/** Two datasets of one folder are told apart by their formats. */
function distinct(found: readonly FoundSource[]): readonly FoundSource[] {
  const taken = new Set<string>();
  return found.map((dataset) => {
    const base = taken.has(dataset.choice) ? `${dataset.choice} (${dataset.format})` : dataset.choice;
    let choice = base;
    for (let number = 2; taken.has(choice); number++) choice = `${base} ${number}`;
    taken.add(choice);
    return { ...dataset, choice };
  });
}

/** What is no dataset is said of a file by its kind, and of a folder by what the search for classes skipped. */
async function nothingFound(paths: readonly GivenPath[], decoder: ImageDecoder): Promise<FoundSource> {
  const file = paths.find((path) => !path.isDirectory);
  if (file !== undefined) throw await unknownFile(file.path);
  const folders = paths.map(({ path }) => path);
  return {
    choice: '.',
    format: 'folder',
    title: 'A folder without a dataset',
    images: null,
    classNames: [],
    uses: folders,
    isVariant: false,
    prepare: (options) => prepareFolder(folders, decoder, options),
  };
}

/** Follows links of the path itself, and makes sure that it can be read. */
async function resolve(given: string): Promise<GivenPath> {
  try {
    const path = await realpath(given);
    const entry = await stat(path);
    if (entry.isDirectory()) await readdir(path);
    else if (entry.isFile()) await (await open(path, 'r')).close();
    else throw new DenseLabError('format-unknown', `${given} is neither a file nor a folder.`, UNDERSTOOD);
    return { path, isDirectory: entry.isDirectory() };
  } catch (error) {
    throw translate(given, error);
  }
}

async function unknownFile(path: string): Promise<DenseLabError> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    const { title } = sniff(buffer.subarray(0, bytesRead));
    return new DenseLabError(
      'format-unknown',
      `${basename(path)} is ${title}, which is not a dataset.`,
      UNDERSTOOD,
      path,
    );
  } finally {
    await file.close();
  }
}

function translate(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE') {
    return new DenseLabError(
      'path-missing',
      `There is nothing at ${JSON.stringify(path)}.`,
      'Check the path and try again.',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new DenseLabError(
      'path-unreadable',
      `DenseLab may not read ${path}.`,
      'Change its permissions, or copy it to a place that you may read.',
      String(error),
    );
  }
  if (code === 'ELOOP') {
    return new DenseLabError(
      'path-unreadable',
      `${path} is a link that leads back to itself.`,
      'Choose the real folder.',
    );
  }
  return error;
}
