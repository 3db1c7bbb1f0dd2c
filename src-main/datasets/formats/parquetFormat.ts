/** Finds Parquet files with encoded images and labels, as the Hugging Face hub has them. */

import { basename } from 'node:path';
import type { Split } from '../../contract/dataset.ts';
import type { ImageDecoder } from '../decoding.ts';
import { unsupportedFile } from './byteStream.ts';
import { splitOfName } from './folderClasses.ts';
import type { FoundSource, SourceFormat } from './format.ts';
import { choiceOf } from './format.ts';
import { prepareParquet } from './parquet.ts';
import type { ParquetTable } from './parquetTable.ts';
import { openParquet } from './parquetTable.ts';
import type { SourceTree, TreeFile, TreeFolder } from './sourceTree.ts';
import { foldersOf } from './sourceTree.ts';

/** Shards with one split and one set of columns. */
export interface ParquetShard {
  readonly table: ParquetTable;
  readonly split: Split | null;
}

/** Tables of images. */
export const parquetFormat: SourceFormat = { format: 'parquet', find: findTables };

interface Group {
  readonly inside: string;
  readonly path: string;
  readonly files: { readonly file: TreeFile; readonly split: Split | null }[];
}

async function findTables(tree: SourceTree, decoder: ImageDecoder): Promise<readonly FoundSource[]> {
  const groups = new Map<string, Group>();
  for (const folder of tree.roots.flatMap((root) => [...foldersOf(root)])) {
    for (const file of folder.files.filter(({ kind }) => kind === 'parquet')) {
      const { path, inside, split } = placeOf(folder, file);
      const group = groups.get(path) ?? { inside, path, files: [] };
      groups.set(path, group);
      group.files.push({ file, split });
    }
  }
  const found: FoundSource[] = [];
  for (const group of groups.values()) {
    const isNamed = group.files.some(({ file }) => tree.named.has(file.path));
    found.push(...(await describe(group, isNamed, decoder)));
  }
  return found;
}

/** `train-00000-of-00002.parquet`; or `train/0000.parquet`, which then belongs to the folder above. */
function placeOf(folder: TreeFolder, file: TreeFile): { path: string; inside: string; split: Split | null } {
  const [word = ''] = file.name.split(/[-_.]/);
  const split = splitOfName(word) ?? null;
  const above = splitOfName(basename(folder.path));
  if (split !== null || above === undefined) return { path: folder.path, inside: folder.inside, split };
  const cut = (path: string): string => path.slice(0, Math.max(0, path.search(/[\\/][^\\/]*$/)));
  return { path: cut(folder.path), inside: cut(folder.inside), split: above };
}

async function describe(group: Group, isNamed: boolean, decoder: ImageDecoder): Promise<readonly FoundSource[]> {
  const base = {
    choice: choiceOf(group.inside),
    format: 'parquet',
    title: 'Parquet, as the Hugging Face hub has it',
    images: null,
    classNames: [],
    uses: group.files.map(({ file }) => file.path),
    isVariant: false,
  } as const;
  const open = async (): Promise<ParquetShard[]> => {
    const shards: ParquetShard[] = [];
    for (const { file, split } of group.files) shards.push({ table: await openParquet(file.path), split });
    return shards;
  };
  try {
    const shards = await open();
    const [first] = shards;
    const usable = first?.table.labels.filter(({ column }) =>
      shards.every(({ table }) => table.labels.some((label) => label.column === column)),
    );
    if (first !== undefined && first.table.image !== null && usable !== undefined && usable.length > 0) {
      const images = shards.reduce((sum, { table }) => sum + table.rows, 0);
      return usable.map(({ column, names }, index) => ({
        ...base,
        choice: index === 0 ? base.choice : `${base.choice === '.' ? '' : `${base.choice}/`}${column}`,
        title: usable.length === 1 ? base.title : `${base.title}, classes from "${column}"`,
        images,
        classNames: names ?? [],
        isVariant: index > 0,
        prepare: (options) => prepareParquet(group.path, shards, column, decoder, options),
      }));
    }
  } catch (error) {
    // Remains of a table are told of where they are all there is.
    return [{ ...base, prepare: () => Promise.reject(error instanceof Error ? error : new Error(String(error))) }];
  }
  if (!isNamed) return [];
  const action = 'Choose a table with a column of encoded images and one of labels.';
  const [path = ''] = base.uses;
  return [{ ...base, prepare: () => Promise.reject(unsupportedFile(path, 'has no images with labels', action)) }];
}
