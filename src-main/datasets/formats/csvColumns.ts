/** Which columns of a table name image files, their classes and their splits: judged by which of them are there. */

import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { splitOfName } from './folderClasses.ts';
import type { TableHead } from './csvTable.ts';

/** Rows that are tried to find where files lie. */
const TRIED_ROWS = 5;
/** Folders in which they are looked for. */
const MOST_FOLDERS = 60;
const MOST_COLUMNS = 40;
/** What a table may leave off a file's name. */
const ENDINGS = ['', '.jpg', '.jpeg', '.png', '.webp', '.bmp', '.gif'];
/** Names of columns with classes, the likelier first. */
const LABEL_NAMES = [
  'label',
  'labels',
  'class',
  'class_name',
  'classname',
  'label_name',
  'category',
  'species',
  'breed',
  'target',
  'diagnosis',
  'dx',
  'y',
];
const SPLIT_NAMES = ['split', 'subset', 'set', 'partition', 'data set', 'data_set', 'dataset', 'usage', 'fold'];

/** How to read a table. */
export interface ImageTable {
  readonly file: number;
  readonly label: number;
  /** Null where the table has none. */
  readonly split: number | null;
  /** Folders relative to the source in which files lie; '' for the source itself. The first that has a file is taken. */
  readonly folders: readonly string[];
  /** What is put behind a name; mostly nothing. */
  readonly ending: string;
}

/**
 * Understands a table.
 * @param root the source's folder
 * @param folders paths inside it that may hold images, the table's own first
 * @returns null where no column names files that are there, or none tells classes
 */
export async function findColumns(
  { columns, rows }: TableHead,
  root: string,
  folders: readonly string[],
): Promise<ImageTable | null> {
  if (rows.length === 0) return null;
  for (const ending of ENDINGS) {
    for (const file of columns.slice(0, MOST_COLUMNS).keys()) {
      const names = rows.slice(0, TRIED_ROWS).map((row) => row[file]?.trim() ?? '');
      if (names.includes('') || (rows.length > 1 && new Set(names).size < Math.min(names.length, 2))) continue;
      const holding = await foldersThatHold(names, root, folders.slice(0, MOST_FOLDERS), ending);
      if (holding.length === 0) continue;
      const split = splitColumn(columns, rows, file);
      const label = labelColumn(columns, rows, file, split);
      const rest = folders.filter((folder) => !holding.includes(folder));
      if (label !== null) return { file, label, split, folders: [...holding, ...rest].slice(0, MOST_FOLDERS), ending };
    }
  }
  return null;
}

async function foldersThatHold(
  names: readonly string[],
  root: string,
  folders: readonly string[],
  ending: string,
): Promise<string[]> {
  const holding: string[] = [];
  for (const folder of folders) {
    for (const name of names) {
      const inside = insidePath(folder, `${name}${ending}`);
      if (inside === null || !(await isFile(join(root, inside)))) continue;
      holding.push(folder);
      break;
    }
  }
  return holding;
}

/** A path inside the source from a folder and a name in a table; null when it would lead out. */
export function insidePath(folder: string, name: string): string | null {
  const slashed = name.replaceAll('\\', '/');
  if (slashed === '' || isAbsolute(slashed) || /^[A-Za-z]:/.test(slashed) || slashed.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of `${folder}/${slashed}`.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.length === 0 ? null : parts.join('/');
}

/** Whether a path is a file now. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

type Rows = TableHead['rows'];

function splitColumn(columns: readonly string[], rows: Rows, file: number): number | null {
  const found = columns.findIndex((column, index) => {
    if (index === file || !SPLIT_NAMES.includes(column.toLowerCase())) return false;
    const values = rows.map((row) => row[index]?.trim() ?? '').filter((value) => value !== '');
    const known = values.filter((value) => splitOfName(value) !== undefined);
    return known.length > 0 && known.length * 2 >= values.length;
  });
  return found < 0 ? null : found;
}

/** By its name; else the only one that is left; else the first whose values come again. */
function labelColumn(columns: readonly string[], rows: Rows, file: number, split: number | null): number | null {
  const names = columns.map((column) => column.toLowerCase().replaceAll(' ', '_'));
  const free = [...columns.keys()].filter((index) => index !== file && index !== split);
  const named = LABEL_NAMES.map((name) => free.find((index) => names[index] === name));
  const first = named.find((index) => index !== undefined);
  if (first !== undefined) return first;
  const [only] = free;
  if (free.length === 1 && only !== undefined) return only;
  const repeating = free.find((index) => {
    const different = new Set(rows.map((row) => row[index]?.trim() ?? '')).size;
    return different >= 2 && different * 2 <= rows.length;
  });
  return repeating ?? null;
}
