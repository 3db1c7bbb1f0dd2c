/** Walks a folder of images: only real files and folders, in an order that does not depend on the disk. */

import { opendir, readdir } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { SkippedFile } from '../../contract/dataset.ts';
import { sortNaturally } from './naturalOrder.ts';
import { throwIfCancelled } from './source.ts';

/** Folders inside folders that are followed; a loop of bind mounts ends here. */
const DEEPEST = 32;
/** What systems and tools leave behind beside images. */
const SYSTEM_NAMES = new Set(['__macosx', 'thumbs.db', 'desktop.ini', '$recycle.bin', 'system volume information']);

/** One folder's own entries. */
export interface FolderEntries {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Told each file or folder that is left out. */
export type OnSkipped = (file: SkippedFile) => void;

/**
 * Lists a folder, sorted naturally.
 * @param inside the folder's path inside the source, for `onSkipped`; '' for the source itself
 */
export async function listFolder(directory: string, inside: string, onSkipped: OnSkipped): Promise<FolderEntries> {
  const folders: string[] = [];
  const files: string[] = [];
  for (const { bytes, entry } of await readEntries(directory, inside, onSkipped)) {
    const name = nameOf(bytes);
    const path = joinInside(inside, name ?? bytes.toString('latin1'));
    const problem = name === undefined ? NOT_UTF8 : problemOf(entry, name);
    if (problem !== undefined) onSkipped({ path, ...problem });
    else if (name !== undefined) (entry.isDirectory() ? folders : files).push(name);
  }
  return { folders: await sortNaturally(folders), files: await sortNaturally(files) };
}

/** Every file below a folder, as paths inside the source. */
export async function* walkFiles(
  directory: string,
  inside: string,
  onSkipped: OnSkipped,
  signal: AbortSignal,
  depth = 0,
): AsyncGenerator<string> {
  throwIfCancelled(signal);
  if (depth > DEEPEST) {
    onSkipped({ path: inside, reason: `More than ${DEEPEST} folders deep`, remedy: 'Move its images up' });
    return;
  }
  const { folders, files } = await listFolder(directory, inside, onSkipped);
  for (const file of files) yield joinInside(inside, file);
  for (const folder of folders) {
    yield* walkFiles(join(directory, folder), joinInside(inside, folder), onSkipped, signal, depth + 1);
  }
}

/** A path inside the source, with slashes on every system. */
export function joinInside(inside: string, name: string): string {
  return inside === '' ? name : `${inside}/${name}`;
}

type Problem = Omit<SkippedFile, 'path'>;
type EntryKind = Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>;

interface RawEntry {
  readonly bytes: Buffer;
  readonly entry: EntryKind;
}

/** What is said of what a system leaves behind. */
export const MADE_BY_SYSTEM: Problem = { reason: 'Made by the system, not an image', remedy: 'Nothing' };

/** Whether a system or a tool gives this name to what it leaves beside a person's files. */
export function isSystemName(name: string): boolean {
  return SYSTEM_NAMES.has(name.toLowerCase());
}

const NOT_UTF8: Problem = { reason: 'Its name is not valid UTF-8', remedy: 'Rename it' };

/** Names come as bytes: as text, a name that is not UTF-8 could not be found again. */
async function readEntries(directory: string, inside: string, onSkipped: OnSkipped): Promise<readonly RawEntry[]> {
  try {
    return await readInPieces(directory);
  } catch {
    // Also file systems that do not tell what an entry is: there it must be asked for by the bytes of its name.
  }
  try {
    const entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' });
    return entries.map((entry) => ({ bytes: entry.name, entry }));
  } catch (error) {
    onSkipped({ path: inside, reason: `Folder cannot be read (${codeOf(error)})`, remedy: 'Change its permissions' });
    return [];
  }
}

/** All at once, 100,000 entries would keep the caller from anything else for half a second. */
async function readInPieces(directory: string): Promise<readonly RawEntry[]> {
  const entries: RawEntry[] = [];
  // Latin 1 has a letter for each byte.
  for await (const entry of await opendir(directory, { encoding: 'latin1', bufferSize: 256 })) {
    entries.push({ bytes: Buffer.from(entry.name, 'latin1'), entry });
  }
  return entries;
}

function nameOf(bytes: Buffer): string | undefined {
  const name = bytes.toString('utf8');
  return Buffer.from(name, 'utf8').equals(bytes) ? name : undefined;
}

function problemOf(entry: EntryKind, name: string): Problem | undefined {
  if (name.startsWith('.')) return { reason: 'Hidden', remedy: 'Nothing' };
  if (isSystemName(name)) return MADE_BY_SYSTEM;
  if (entry.isSymbolicLink()) return { reason: 'A link', remedy: 'Copy the file itself here' };
  if (entry.isFile() || entry.isDirectory()) return undefined;
  return { reason: entry.isFIFO() ? 'A pipe' : entry.isSocket() ? 'A socket' : 'A device', remedy: 'Nothing' };
}

/** The name of a system error, such as EACCES. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
