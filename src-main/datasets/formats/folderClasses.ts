/** Finds splits and classes in a folder: `train/cats/...` and `test/cats/...`, or `cats/...` alone. */

import { basename, join } from 'node:path';
import type { SkippedFile, Split } from '../../contract/dataset.ts';
import { listFolder } from './folderTree.ts';
import type { OnSkipped } from './folderTree.ts';

/** Names that mean a split, in lower case. */
const SPLIT_NAMES: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);
/** Folders that hold nothing but one folder, as unpacked archives have them. */
const MOST_WRAPPERS = 4;

/** A folder whose images belong to one class; `split` is null where the source has no splits. */
export interface ClassFolder {
  readonly split: Split | null;
  readonly className: string;
  readonly directory: string;
  /** Path inside the source. */
  readonly inside: string;
}

/** A folder by name, and where it is. */
interface Place {
  readonly name: string;
  readonly directory: string;
  readonly inside: string;
}

/** A folder's content as places. */
interface Level {
  readonly folders: readonly Place[];
  readonly files: readonly string[];
}

/**
 * The class folders of what was given: one folder, or several that are taken as if they lay in one.
 * Loose files beside folders of classes are told to `onSkipped`.
 */
export async function findClassFolders(
  given: readonly string[],
  onSkipped: OnSkipped,
): Promise<readonly ClassFolder[]> {
  const level = await descend(await firstLevel(given, onSkipped), onSkipped);
  const splits = level.folders.filter((place) => splitOf(place) !== undefined);
  const hasTrain = splits.some((place) => splitOf(place) === 'train');
  level.files.forEach((path) => onSkipped({ path, ...LOOSE }));
  if (!hasTrain || splits.length < 2) return level.folders.map((place) => ({ ...classOf(place), split: null }));
  const found: ClassFolder[] = [];
  for (const place of level.folders) {
    const split = splitOf(place);
    if (split === undefined) onSkipped({ path: place.inside, ...NO_SPLIT });
    else found.push(...(await classesOf(place, split, onSkipped)));
  }
  return found;
}

const LOOSE: Omit<SkippedFile, 'path'> = {
  reason: 'Not inside the folder of a class',
  remedy: 'Move it into the folder of its class',
};
const NO_SPLIT: Omit<SkippedFile, 'path'> = {
  reason: 'Neither train, validation nor test',
  remedy: 'Move its images into one of these folders',
};

async function classesOf(place: Place, split: Split, onSkipped: OnSkipped): Promise<readonly ClassFolder[]> {
  const { folders, files } = await levelOf(place.directory, place.inside, onSkipped);
  files.forEach((path) => onSkipped({ path, ...LOOSE }));
  const [only] = folders;
  // As archives have it that hold a folder of their own name.
  if (folders.length === 1 && only !== undefined && splitOf(only) === split) return classesOf(only, split, onSkipped);
  return folders.map((folder) => ({ ...classOf(folder), split }));
}

async function firstLevel(given: readonly string[], onSkipped: OnSkipped): Promise<Level> {
  const [only] = given;
  if (given.length === 1 && only !== undefined) return levelOf(only, '', onSkipped);
  const folders = given.map((directory) => ({ name: basename(directory), directory, inside: basename(directory) }));
  return { folders, files: [] };
}

/** Goes through wrappers: a folder with one folder in it, which itself holds folders, is not a class. */
async function descend(start: Level, onSkipped: OnSkipped): Promise<Level> {
  let level = start;
  for (let depth = 0; depth < MOST_WRAPPERS; depth++) {
    const [only] = level.folders;
    if (level.folders.length !== 1 || only === undefined) return level;
    const skipped: SkippedFile[] = [];
    const below = await levelOf(only.directory, only.inside, (file) => skipped.push(file));
    if (below.folders.length === 0) return level;
    skipped.forEach(onSkipped);
    level.files.forEach((path) => onSkipped({ path, ...LOOSE }));
    level = below;
  }
  return level;
}

async function levelOf(directory: string, inside: string, onSkipped: OnSkipped): Promise<Level> {
  const { folders, files } = await listFolder(directory, inside, onSkipped);
  const pathOf = (name: string): string => (inside === '' ? name : `${inside}/${name}`);
  return {
    folders: folders.map((name) => ({ name, directory: join(directory, name), inside: pathOf(name) })),
    files: files.map(pathOf),
  };
}

function classOf({ name, directory, inside }: Place): Omit<ClassFolder, 'split'> {
  return { className: name.normalize('NFC'), directory, inside };
}

function splitOf(place: Place): Split | undefined {
  return splitOfName(place.name);
}

/** The split that a folder's name means; letter case makes no difference. */
export function splitOfName(name: string): Split | undefined {
  return SPLIT_NAMES.get(name.toLowerCase());
}
