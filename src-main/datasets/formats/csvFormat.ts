/** Finds tables that list image files with their classes: a flat folder of images beside a CSV, as competitions publish them. */

import { basename, dirname, join } from 'node:path';
import type { ImageDecoder } from '../decoding.ts';
import { prepareCsv } from './csv.ts';
import type { ImageTable } from './csvColumns.ts';
import { findColumns, insidePath } from './csvColumns.ts';
import type { TableHead } from './csvTable.ts';
import { readTableHead } from './csvTable.ts';
import { splitOfName } from './folderClasses.ts';
import type { FoundSource, SourceFormat } from './format.ts';
import { choiceOf } from './format.ts';
import type { SourceTree, TreeFile, TreeFolder } from './sourceTree.ts';
import { foldersOf } from './sourceTree.ts';

/** Text files of one folder that are looked into. */
const MOST_TABLES = 20;

/** A table that lists images. */
export interface CsvList {
  readonly file: TreeFile;
  readonly head: TableHead;
  readonly table: ImageTable;
}

/** `file,label` tables with the images that they name. */
export const csvFormat: SourceFormat = { format: 'csv', find: findTables };

async function findTables(tree: SourceTree, decoder: ImageDecoder): Promise<readonly FoundSource[]> {
  const found: FoundSource[] = [];
  for (const root of tree.roots) {
    const all = [...foldersOf(root)];
    for (const folder of all) {
      const lists: CsvList[] = [];
      for (const file of folder.files.filter(({ kind }) => kind === 'text').slice(0, MOST_TABLES)) {
        const isNamed = tree.named.has(file.path);
        const list = await readList(file, root, all, isNamed);
        if (list !== null) lists.push(list);
      }
      for (const set of setsOf(lists)) found.push(describe(root, set, lists.length > set.length, decoder));
    }
  }
  return found;
}

async function readList(
  file: TreeFile,
  root: TreeFolder,
  folders: readonly TreeFolder[],
  isNamed: boolean,
): Promise<CsvList | null> {
  const head = await readTableHead(file.path);
  if (head === null) return null;
  const relative = (folder: TreeFolder): string => folder.path.slice(root.path.length + 1).replaceAll('\\', '/');
  const own = dirname(file.path)
    .slice(root.path.length + 1)
    .replaceAll('\\', '/');
  const others = folders.filter(({ images }) => images > 0).map(relative);
  // A file that was given by name is looked at without what lies deeper: its folder's folders are tried by their usual names.
  const usual = isNamed ? ['images', 'train', 'test', 'train_images', 'img', 'data'] : [];
  const table = await findColumns(head, root.path, [...new Set([own, '', ...others, ...usual])]);
  if (table === null || (!isNamed && repeatsFolders(head, table))) return null;
  return { file, head, table };
}

/** A table whose classes are the folders of its files adds nothing to a folder per class. */
function repeatsFolders({ rows }: TableHead, { file, label, split, folders }: ImageTable): boolean {
  if (split !== null) return false;
  return rows.every((row) => {
    const inside = insidePath(folders[0] ?? '', row[file]?.trim() ?? '') ?? '';
    return inside.includes('/') && basename(dirname(inside)) === row[label]?.trim();
  });
}

/** `train.csv` and `test.csv` with the same columns are one dataset; other tables are one each. */
function setsOf(lists: readonly CsvList[]): readonly (readonly CsvList[])[] {
  const byColumns = new Map<string, CsvList[]>();
  for (const list of lists) {
    const key = splitOfTable(list.file.name) === null ? list.file.path : list.head.columns.join('\n');
    byColumns.set(key, [...(byColumns.get(key) ?? []), list]);
  }
  return [...byColumns.values()];
}

/** The split that a table's own name means: `train.csv`, `labels_test.csv`. */
export function splitOfTable(name: string): ReturnType<typeof splitOfName> | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  return words.map(splitOfName).find((split) => split !== undefined) ?? null;
}

function describe(
  root: TreeFolder,
  lists: readonly CsvList[],
  hasSiblings: boolean,
  decoder: ImageDecoder,
): FoundSource {
  const [first] = lists;
  if (first === undefined) throw new Error('a set of tables is never empty');
  const { columns } = first.head;
  const folder = first.file.inside.slice(0, -first.file.name.length - 1);
  const names = lists.map(({ file }) => file.name).join(' and ');
  return {
    choice: choiceOf(hasSiblings ? first.file.inside : folder),
    format: 'csv',
    title: `Images listed by ${names}: file from "${columns[first.table.file] ?? ''}", class from "${columns[first.table.label] ?? ''}"`,
    images: null,
    classNames: [],
    uses: [...lists.map(({ file }) => file.path), root.path, join(root.path, folder)],
    isVariant: false,
    prepare: (options) => prepareCsv(root.path, lists, decoder, options),
  };
}
