/** Reads images that a table lists: each row a file and its class, and perhaps its split. */

import { realpath } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { SkippedFile, Split } from '../../contract/dataset.ts';
import type { DecodeSession, ImageDecoder } from '../decoding.ts';
import { insidePath, isFile } from './csvColumns.ts';
import type { CsvList } from './csvFormat.ts';
import { splitOfTable } from './csvFormat.ts';
import type { TableRow } from './csvTable.ts';
import { readTable } from './csvTable.ts';
import { prepareImages } from './folder.ts';
import { splitOfName } from './folderClasses.ts';
import type { FoundImage } from './folderScan.ts';
import type { PreparedSource, PrepareOptions } from './source.ts';
import { throwIfCancelled } from './source.ts';
import { mapInOrder } from './window.ts';

type Outcome = { readonly found: FoundImage } | { readonly skipped: SkippedFile };

/**
 * Looks at every file that the tables list, at its header only.
 * @throws DenseLabError `source-damaged`, `dataset-empty` or `dataset-single-class`.
 */
export async function prepareCsv(
  root: string,
  lists: readonly CsvList[],
  decoder: ImageDecoder,
  options: PrepareOptions,
): Promise<PreparedSource> {
  const session = decoder.open();
  const abort = (): void => session.close();
  options.signal.addEventListener('abort', abort);
  try {
    const images = await lookAtAll(root, lists, session, options);
    const source = { format: 'csv', source: root, suggestedName: basename(root) || 'images', ...images } as const;
    return await prepareImages(source, decoder, options);
  } finally {
    options.signal.removeEventListener('abort', abort);
    session.close();
  }
}

async function lookAtAll(
  root: string,
  lists: readonly CsvList[],
  session: DecodeSession,
  options: PrepareOptions,
): Promise<{ readonly found: readonly FoundImage[]; readonly skipped: readonly SkippedFile[] }> {
  const found: FoundImage[] = [];
  const skipped: SkippedFile[] = [];
  const seen = new Set<string>();
  const isSplit = lists.length > 1 || lists.some(({ table }) => table.split !== null);
  for (const list of lists) {
    const rows = readTable(list.file.path, list.head.delimiter);
    const look = (row: TableRow): Promise<Outcome> => readRow(root, list, row, isSplit, session);
    for await (const outcome of mapInOrder(rows, session.inFlight, look)) {
      throwIfCancelled(options.signal);
      if ('skipped' in outcome) skipped.push(outcome.skipped);
      else if (seen.has(outcome.found.inside)) skipped.push({ path: outcome.found.inside, ...TWICE });
      else {
        seen.add(outcome.found.inside);
        found.push(outcome.found);
      }
      options.onCounted(found.length, skipped.length);
    }
  }
  return { found, skipped };
}

const TWICE = { reason: 'Listed twice', remedy: 'Keep one of its rows' };

async function readRow(
  root: string,
  list: CsvList,
  row: TableRow,
  isSplit: boolean,
  session: DecodeSession,
): Promise<Outcome> {
  const { table, file } = list;
  const cell = (column: number): string => row.cells[column]?.trim() ?? '';
  const name = `${cell(table.file)}${table.ending}`;
  const skip = (reason: string, remedy: string): Outcome => ({
    skipped: { path: name === '' ? file.inside : name, reason: `${reason} (${file.name}, line ${row.line})`, remedy },
  });
  const className = cell(table.label).normalize('NFC');
  if (cell(table.file) === '') return skip('No file is named', 'Fill in the row');
  if (className === '') return skip('It has no class', 'Fill in the row');
  const split = splitOf(list, table.split === null ? null : cell(table.split), isSplit);
  if (split === undefined) return skip('Its split is neither train, validation nor test', 'Correct the row');
  const inside = await locate(root, table.folders, name);
  if (inside === null) return skip('Missing, or outside the folder', 'Put the file where the table says');
  const probe = await session.probe(join(root, inside));
  if (!probe.ok) return { skipped: { path: inside, reason: probe.reason, remedy: probe.remedy } };
  return { found: { ...probe.image, split, className, inside } };
}

/** Undefined where a row says something else. */
function splitOf(list: CsvList, value: string | null, isSplit: boolean): Split | null | undefined {
  if (!isSplit) return null;
  return value === null ? (splitOfTable(list.file.name) ?? 'train') : splitOfName(value);
}

/** The first folder that has the file; links are not followed out of the source. */
async function locate(root: string, folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) {
    const inside = insidePath(folder, name);
    if (inside === null) continue;
    const path = join(root, inside);
    if (!(await isFile(path))) continue;
    const real = await realpath(path).catch(() => '');
    if (real === path || real.startsWith(`${root}${sep}`)) return inside;
  }
  return null;
}
