/** Tables of text: commas, semicolons or tabs, quoted fields, any line ends, a byte-order mark. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { damagedFile } from './byteStream.ts';

/** Longest row. */
const LONGEST_ROW = 1 << 20;
/** Bytes and rows that are looked at to learn what a table is. */
const HEAD_BYTES = 64 << 10;
const HEAD_ROWS = 50;

/** How a table begins. */
export interface TableHead {
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** The first rows below the column names. */
  readonly rows: readonly (readonly string[])[];
}

/** One row below the column names; `line` counts from 1. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Looks at the first rows; null for what is no table of at least two columns. */
export async function readTableHead(path: string): Promise<TableHead | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    // The last row may be cut off.
    const whole = bytesRead < HEAD_BYTES ? text : text.slice(0, text.lastIndexOf('\n') + 1);
    const delimiter = delimiterOf(whole);
    if (delimiter === null) return null;
    const rows = parseSync(whole, { ...optionsFor(delimiter), to: HEAD_ROWS + 1 });
    const [columns, ...others] = rows;
    return columns === undefined || columns.length < 2 ? null : { delimiter, columns: columns.map(trim), rows: others };
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/**
 * All rows below the column names.
 * @throws DenseLabError `source-damaged`, naming the line.
 */
export async function* readTable(path: string, delimiter: string): AsyncGenerator<TableRow> {
  const parser = parse({ ...optionsFor(delimiter), info: true, from: 2 });
  const input = createReadStream(path);
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const row of input.pipe(parser)) yield rowOf(row);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw damagedFile(path, `is no table that can be read: ${error.message}`);
  } finally {
    input.destroy();
  }
}

function optionsFor(delimiter: string) {
  return {
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  } as const;
}

function rowOf(row: unknown): TableRow {
  if (typeof row === 'object' && row !== null && 'record' in row && 'info' in row) {
    const { record, info } = row;
    const hasLine = typeof info === 'object' && info !== null && 'lines' in info && typeof info.lines === 'number';
    if (Array.isArray(record) && hasLine) return { cells: record.map(String), line: Number(info.lines) };
  }
  throw new Error('the CSV parser yielded no row');
}

/** The sign that parts the most fields of the first line. */
function delimiterOf(text: string): string | null {
  const [first = ''] = text.split(/\r?\n/, 1);
  const counted = [',', ';', '\t', '|'].map((sign) => ({ sign, times: first.split(sign).length - 1 }));
  const [most] = counted.sort((one, other) => other.times - one.times);
  return most === undefined || most.times === 0 ? null : most.sign;
}

function trim(text: string): string {
  return text.trim();
}
