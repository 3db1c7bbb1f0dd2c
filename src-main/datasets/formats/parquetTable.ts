/** One Parquet file of images: which columns it has, and its rows, one row group at a time. */

import { open, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { AsyncBuffer, Compressors, FileMetaData, SchemaTree } from 'hyparquet';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { getSchemaPath } from 'hyparquet/src/schema.js';
import { compressors } from 'hyparquet-compressors';
import { z } from 'zod';
import { DenseLabError } from '../../contract/errors.ts';
import { uniqueNames } from './arrays.ts';
import { damagedFile, unsupportedFile } from './byteStream.ts';
import { checkPages, MOST_PAGE_BYTES } from './parquetPages.ts';
import { spelled } from './source.ts';
import { readThrift } from './thrift.ts';

/** Longest description at the end of a file. */
const LONGEST_FOOTER = 16 << 20;
/** Largest row group, unpacked: it is held in memory. */
const MOST_GROUP_BYTES = 512 << 20;
const MOST_ROWS = 20_000_000;
const LABEL_NAMES = ['label', 'labels', 'fine_label', 'class', 'target', 'category'];

/** A column that tells classes. */
export interface LabelColumn {
  readonly column: string;
  /** Names by number, where the file has them. */
  readonly names: readonly string[] | null;
}

/** One row. */
export interface ParquetRow {
  /** Null where the file has no bytes for it. */
  readonly image: Uint8Array | null;
  /** A number, or text; null where there is none. */
  readonly label: number | string | null;
}

/** A file that is described, and read on demand. */
export interface ParquetTable {
  readonly path: string;
  readonly rows: number;
  readonly modifiedMs: number;
  /** The column of images; null when there is none. */
  readonly image: string | null;
  /** The likeliest first; empty when there is none. */
  readonly labels: readonly LabelColumn[];
  /** First row of each group, and the number of rows at the end. */
  readonly groups: readonly number[];
  /** All rows of one group. @throws DenseLabError `source-damaged`. */
  readGroup(group: number, label: string): Promise<readonly ParquetRow[]>;
}

/**
 * Reads what a file says about itself.
 * @throws DenseLabError `source-damaged` or `source-unsupported`.
 */
export async function openParquet(path: string): Promise<ParquetTable> {
  await checkFooter(path);
  const { mtimeMs } = await stat(path);
  const file = await asyncBufferFromFile(path);
  const { metadata, groups, image, labels } = await asDamaged(path, () => describe(path, file));
  return {
    path,
    rows: groups.at(-1) ?? 0,
    modifiedMs: mtimeMs,
    image,
    labels,
    groups,
    readGroup: (group, label) => readGroup({ path, file, metadata, image, groups }, group, label),
  };
}

/** Throws whatever a description leads to that lacks what the library's types say it has. */
async function describe(
  path: string,
  file: AsyncBuffer,
): Promise<Pick<ParquetTable, 'image' | 'labels' | 'groups'> & { readonly metadata: FileMetaData }> {
  const metadata = await parquetMetadataAsync(file);
  const { children } = parquetSchema(metadata);
  const labels = labelColumns(children, namesByColumn(metadata));
  return { metadata, groups: checkGroups(path, metadata), image: imageColumn(children), labels };
}

/** Its own last bytes say how long the description is; a library would believe them. */
async function checkFooter(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(8);
    await file.read(tail, 0, 8, Math.max(0, size - 8));
    const length = tail.readUInt32LE(0);
    if (size < 12 || tail.toString('latin1', 4) !== 'PAR1')
      throw damagedFile(path, 'breaks off: it does not end with PAR1');
    if (length > size - 12 || length > LONGEST_FOOTER) {
      throw damagedFile(path, `says that its description has ${spelled(length)} bytes, of ${spelled(size)} in all`);
    }
    const description = Buffer.alloc(length);
    await file.read(description, 0, length, size - 8 - length);
    await asDamaged(path, async () => readThrift(await Promise.resolve(description), 0));
  } finally {
    await file.close();
  }
}

/** What a row group claims is bounded before anything is read. */
function checkGroups(path: string, { row_groups: groups, num_rows: rows }: FileMetaData): readonly number[] {
  const starts = [0];
  for (const [index, group] of groups.entries()) {
    const size = group.columns.reduce(
      (sum, { meta_data: data }) => sum + Number(data?.total_uncompressed_size ?? 0),
      0,
    );
    const claimed = Number(group.num_rows);
    if (claimed < 0 || size < 0 || claimed > MOST_ROWS) {
      throw damagedFile(path, `says ${spelled(claimed)} rows and ${spelled(size)} bytes for row group ${index}`);
    }
    if (size > MOST_GROUP_BYTES) {
      throw unsupportedFile(
        path,
        `has a row group of ${spelled(Math.ceil(size / 1e6))} MB`,
        'Write it again with row groups of at most 500 MB.',
      );
    }
    starts.push((starts.at(-1) ?? 0) + claimed);
  }
  const all = starts.at(-1) ?? 0;
  if (all !== Number(rows) || all > MOST_ROWS) {
    throw damagedFile(path, `says ${spelled(Number(rows))} rows, but its row groups say ${spelled(all)}`);
  }
  return starts;
}

function imageColumn(children: readonly SchemaTree[]): string | null {
  const isBytes = ({ element }: SchemaTree): boolean => element.type === 'BYTE_ARRAY';
  const struct = children.find((column) =>
    column.children.some((field) => field.element.name === 'bytes' && isBytes(field)),
  );
  const plain = children.find(
    (column) =>
      column.children.length === 0 && isBytes(column) && /^(image|img|jpg|jpeg|png|bytes)$/i.test(column.element.name),
  );
  return (struct ?? plain)?.element.name ?? null;
}

function labelColumns(
  children: readonly SchemaTree[],
  names: ReadonlyMap<string, readonly string[]>,
): readonly LabelColumn[] {
  const flat = children.filter((column) => column.children.length === 0).map(({ element }) => element.name);
  const rank = (column: string): number => {
    const place = LABEL_NAMES.indexOf(column.toLowerCase());
    return place < 0 ? LABEL_NAMES.length : place;
  };
  return flat
    .filter((column) => names.has(column) || LABEL_NAMES.includes(column.toLowerCase()))
    .sort((one, other) => rank(one) - rank(other))
    .map((column) => ({ column, names: names.get(column) ?? null }));
}

const huggingFace = z.object({ info: z.object({ features: z.record(z.string(), z.unknown()) }) });
const classLabel = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()) });

/** Class names that the hub's tools leave in a file. */
function namesByColumn({ key_value_metadata: pairs }: FileMetaData): ReadonlyMap<string, readonly string[]> {
  const text = pairs?.find(({ key }) => key === 'huggingface')?.value;
  const found = new Map<string, readonly string[]>();
  if (text === undefined) return found;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return found;
  }
  for (const [column, feature] of Object.entries(huggingFace.safeParse(value).data?.info.features ?? {})) {
    const names = classLabel.safeParse(feature).data?.names;
    if (names !== undefined) found.set(column, uniqueNames(names));
  }
  return found;
}

interface OpenFile {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly image: string | null;
  readonly groups: readonly number[];
}

/** A page is unpacked to no more than a page should have, whatever its header says. */
const BOUNDED: Compressors = Object.fromEntries(
  Object.entries({
    ...compressors,
    GZIP: (input: Uint8Array, length: number) => gunzipSync(input, { maxOutputLength: length }),
  }).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number): Uint8Array => {
      if (length < 0 || length > MOST_PAGE_BYTES) throw new Error(`a page of ${spelled(length)} bytes`);
      return unpack(input, length);
    },
  ]),
);

async function readGroup(
  { path, file, metadata, image, groups }: OpenFile,
  group: number,
  label: string,
): Promise<readonly ParquetRow[]> {
  const [rowStart = 0, rowEnd = 0] = groups.slice(group, group + 2);
  const columns = image === null ? [label] : [image, label];
  await asDamaged(path, () => checkColumns(file, metadata, group, columns));
  const rows = await asDamaged(path, () =>
    parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors: BOUNDED, utf8: false }),
  );
  if (rows.length !== rowEnd - rowStart) {
    throw damagedFile(
      path,
      `says ${spelled(rowEnd - rowStart)} rows for row group ${group}, but holds ${spelled(rows.length)}`,
    );
  }
  return rows.map((row) => ({ image: bytesOf(image === null ? null : row[image]), label: labelOf(row[label]) }));
}

/** The pages of each column that is read, before the library believes them. */
async function checkColumns(
  file: AsyncBuffer,
  { schema, row_groups: groups }: FileMetaData,
  group: number,
  names: readonly string[],
): Promise<void> {
  const { columns = [], num_rows: rows = 0n } = groups[group] ?? {};
  for (const { meta_data: data } of columns) {
    if (data === undefined || !names.includes(data.path_in_schema[0] ?? '')) continue;
    const start = Number(data.dictionary_page_offset ?? data.data_page_offset);
    const end = start + Number(data.total_compressed_size);
    if (start < 4 || end < start || end > file.byteLength) throw new Error(`a column says bytes ${start} to ${end}`);
    const path = getSchemaPath(schema, data.path_in_schema).slice(1);
    if (path.some(({ element }) => element.repetition_type === 'REPEATED')) throw new Error('a column holds lists');
    const optional = path.filter(({ element }) => element.repetition_type !== 'REQUIRED').length;
    const bytes = Buffer.from(await file.slice(start, end));
    checkPages({ bytes, codec: data.codec, rows: Number(rows), optional }, BOUNDED);
  }
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'object' && value !== null && 'bytes' in value) return bytesOf(value.bytes);
  return null;
}

function labelOf(value: unknown): number | string | null {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** Whatever the library throws is about what the file says. */
async function asDamaged<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof DenseLabError) throw error;
    throw damagedFile(path, `is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}
