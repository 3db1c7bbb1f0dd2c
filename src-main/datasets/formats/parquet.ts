/** Reads images from the rows of Parquet files; they are decoded like files of their own. */

import { basename } from 'node:path';
import type { SkippedFile } from '../../contract/dataset.ts';
import type { ImageDecoder } from '../decoding.ts';
import { damagedFile } from './byteStream.ts';
import { prepareImages } from './folder.ts';
import type { FoundImage } from './folderScan.ts';
import { readImageHeader } from './imageHeader.ts';
import type { ParquetShard } from './parquetFormat.ts';
import type { ParquetRow, ParquetTable } from './parquetTable.ts';
import type { PreparedSource, PrepareOptions } from './source.ts';
import { throwIfCancelled } from './source.ts';

/** Row groups that are held: images are asked for in order, some ahead. */
const HELD_GROUPS = 2;

/**
 * Looks at every image, at its header only.
 * @param label the column of labels
 * @throws DenseLabError `source-damaged`, `dataset-empty` or `dataset-single-class`.
 */
export async function prepareParquet(
  folder: string,
  shards: readonly ParquetShard[],
  label: string,
  decoder: ImageDecoder,
  options: PrepareOptions,
): Promise<PreparedSource> {
  const found: FoundImage[] = [];
  const skipped: SkippedFile[] = [];
  const cache = new GroupCache(label);
  // One split alone says nothing: then a share of each class is drawn.
  const isSplit = new Set(shards.map(({ split }) => split)).size > 1;
  for (const { table, split } of shards) {
    for (let group = 0; group + 1 < table.groups.length; group++) {
      throwIfCancelled(options.signal);
      const rows = await cache.rows(table, group);
      const place = { table, group, split: isSplit ? (split ?? 'train') : null };
      for (const [index, row] of rows.entries()) await look(place, index, row, label, cache, found, skipped);
      options.onCounted(found.length, skipped.length);
    }
  }
  const name = basename(folder);
  // The hub keeps its files in a folder that is called after nothing in particular.
  const suggestedName = /^(data|default|plain_text)$/.test(name) ? basename(folder.slice(0, -name.length - 1)) : name;
  const classOrder = shards[0]?.table.labels.find(({ column }) => column === label)?.names ?? [];
  const base = { format: 'parquet', source: folder, suggestedName: suggestedName || 'images', found, skipped } as const;
  return prepareImages({ ...base, keepsOrder: true, classOrder }, decoder, options);
}

interface Place {
  readonly table: ParquetTable;
  readonly group: number;
  readonly split: ParquetShard['split'];
}

async function look(
  { table, group, split }: Place,
  index: number,
  { image, label: value }: ParquetRow,
  label: string,
  cache: GroupCache,
  found: FoundImage[],
  skipped: SkippedFile[],
): Promise<void> {
  const row = (table.groups[group] ?? 0) + index;
  const inside = `${basename(table.path)}/${String(row).padStart(5, '0')}`;
  const className = classOf(table, label, value, row);
  const skip = (reason: string, remedy: string): void => void skipped.push({ path: inside, reason, remedy });
  if (image === null) return skip('The table has no bytes for it', 'Download the table with its images');
  if (className === null) return skip('It has no class', 'Nothing');
  const outcome = await readImageHeader((position, length) =>
    Promise.resolve(image.subarray(position, position + length)),
  );
  if (!outcome.ok) return skip(outcome.reason, outcome.remedy);
  const content = async (): Promise<Uint8Array> => {
    const bytes = (await cache.rows(table, group))[index]?.image;
    if (bytes === undefined || bytes === null) throw damagedFile(table.path, 'was changed while it was imported');
    return bytes;
  };
  const file = { path: inside, bytes: image.length, modifiedMs: table.modifiedMs, content };
  found.push({ ...outcome.header, ...file, split, className, inside });
}

/** Null for a label that means "none": the hub writes -1 where a test set has no labels. */
function classOf(table: ParquetTable, column: string, value: ParquetRow['label'], row: number): string | null {
  if (value === null || value === -1) return null;
  const names = table.labels.find((label) => label.column === column)?.names ?? null;
  if (typeof value === 'string' || names === null) return String(value);
  const name = names[value];
  if (name !== undefined) return name;
  throw damagedFile(table.path, `has the label ${value} in row ${row}, where its classes are 0 to ${names.length - 1}`);
}

/** The row groups that were used last. */
class GroupCache {
  readonly #label: string;
  readonly #held = new Map<string, Promise<readonly ParquetRow[]>>();

  constructor(label: string) {
    this.#label = label;
  }

  rows(table: ParquetTable, group: number): Promise<readonly ParquetRow[]> {
    const key = `${group} ${table.path}`;
    const rows = this.#held.get(key) ?? table.readGroup(group, this.#label);
    this.#held.delete(key);
    this.#held.set(key, rows);
    const [oldest] = this.#held.keys();
    if (this.#held.size > HELD_GROUPS && oldest !== undefined) this.#held.delete(oldest);
    return rows;
  }
}
