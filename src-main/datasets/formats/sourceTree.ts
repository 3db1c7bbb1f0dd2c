/** What lies where a person pointed: folders, and the kinds of their files, before any reader is chosen. */

import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { joinInside, listFolder } from './folderTree.ts';
import type { Sniffed } from './magic.ts';
import { sniff, SNIFFED_BYTES } from './magic.ts';
import { throwIfCancelled } from './source.ts';
import { mapInOrder } from './window.ts';

/** Folders inside folders that are searched for datasets. */
const DEEPEST = 6;
/** Folders that are searched in all. */
const MOST_FOLDERS = 20_000;
/** Files of one folder whose first bytes are read; images by name are not among them. */
const MOST_SNIFFED = 1000;
/** Files that are opened at the same time. */
const AT_ONCE = 16;
const IMAGE_NAME = /\.(png|jpe?g|jfif|webp|bmp|gif|tiff?)$/i;

/** A file that may be part of a dataset. */
export interface TreeFile {
  readonly path: string;
  /** Path inside the source. */
  readonly inside: string;
  readonly name: string;
  readonly bytes: number;
  readonly kind: Sniffed['kind'];
}

/** A folder's own content. */
export interface TreeFolder {
  readonly path: string;
  /** Path inside the source; '' for the source itself. */
  readonly inside: string;
  /** Files that are not images by name, by their first bytes; at most 1,000. */
  readonly files: readonly TreeFile[];
  /** How many files are images by name. */
  readonly images: number;
  readonly folders: readonly TreeFolder[];
}

/** Everything that was given to import. */
export interface SourceTree {
  /** Real paths, in the order in which they were given. */
  readonly given: readonly string[];
  /** The folders that were given, and the folders of files that were given (these without what lies deeper). */
  readonly roots: readonly TreeFolder[];
  /** Files that were given by name: only datasets that use one of them are meant. */
  readonly named: ReadonlySet<string>;
}

/** A path that was given, and what it is. */
export interface GivenPath {
  readonly path: string;
  readonly isDirectory: boolean;
}

/**
 * Looks around; links are not followed, hidden files not seen.
 * @throws DenseLabError `cancelled`.
 */
export async function readSourceTree(given: readonly GivenPath[], signal: AbortSignal): Promise<SourceTree> {
  const named = new Set(given.filter((path) => !path.isDirectory).map((path) => path.path));
  const search: Search = { signal, folders: 0 };
  const roots: TreeFolder[] = [];
  const isAlone = given.filter((path) => path.isDirectory).length === 1;
  for (const { path, isDirectory } of given) {
    if (isDirectory) roots.push(await readFolder(path, isAlone ? '' : basename(path), 0, search));
  }
  for (const folder of new Set([...named].map((path) => dirname(path)))) {
    roots.push(await readFolder(folder, '', DEEPEST, search));
  }
  return { given: given.map((path) => path.path), roots, named };
}

/** A folder and all folders below it. */
export function* foldersOf(folder: TreeFolder): Generator<TreeFolder> {
  yield folder;
  for (const below of folder.folders) yield* foldersOf(below);
}

interface Search {
  readonly signal: AbortSignal;
  folders: number;
}

async function readFolder(path: string, inside: string, depth: number, search: Search): Promise<TreeFolder> {
  throwIfCancelled(search.signal);
  search.folders++;
  // What is left out is told by the reader that is chosen.
  const { folders, files } = await listFolder(path, inside, () => undefined);
  const others = files.filter((name) => !IMAGE_NAME.test(name));
  const below: TreeFolder[] = [];
  if (depth < DEEPEST) {
    for (const name of folders) {
      if (search.folders >= MOST_FOLDERS) break;
      below.push(await readFolder(join(path, name), joinInside(inside, name), depth + 1, search));
    }
  }
  const sniffed: TreeFile[] = [];
  const look = (name: string): Promise<TreeFile | null> => sniffFile(join(path, name), joinInside(inside, name));
  for await (const file of mapInOrder(others.slice(0, MOST_SNIFFED), AT_ONCE, look)) {
    if (file !== null) sniffed.push(file);
  }
  return { path, inside, files: sniffed, images: files.length - others.length, folders: below };
}

/** Null for a file that cannot be read. */
async function sniffFile(path: string, inside: string): Promise<TreeFile | null> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    const { size } = await file.stat();
    return { path, inside, name: basename(path), bytes: size, kind: sniff(buffer.subarray(0, bytesRead)).kind };
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}
