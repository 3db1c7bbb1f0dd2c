/** Logs as tables: Keras' and Lightning's CSVLogger, and what DenseLab exports. One row per step or epoch; empty cells tell nothing. */

import { basename, dirname, extname } from 'node:path';
import { damagedFile } from '../../datasets/formats/byteStream.ts';
import { readTable, readTableHead, type TableHead } from '../../datasets/formats/csvTable.ts';
import { MOST_POINTS, type Log, type LogSeries } from './log.ts';
import { guessRoles } from './roles.ts';

/** Names of files that say nothing of the run. */
const PLAIN = /^(metrics|log|logs|training|history|curves)$/i;

/** Whether a table is a log: a column that counts, one that is a loss or an accuracy, and numbers in them. */
export async function isCsvLog(path: string): Promise<boolean> {
  const head = await readTableHead(path);
  if (head === null || counterOf(head) === null) return false;
  const roles = guessRoles(head.columns.map((tag) => ({ tag, step: [1], value: [0], time: [] })));
  const told = [roles.stepLoss, roles.trainLoss, roles.trainAccuracy, roles.heldOutLoss, roles.heldOutAccuracy];
  const columns = told.flatMap((tag) => (tag === undefined ? [] : [head.columns.indexOf(tag)]));
  return columns.length > 0 && head.rows.every((cells) => columns.every((at) => numberOf(cells[at]) !== null));
}

/**
 * Reads a table.
 * @throws DenseLabError `source-damaged`
 */
export async function readCsvLog(path: string): Promise<Log> {
  const head = await readTableHead(path);
  const counter = head === null ? null : counterOf(head);
  if (head === null || counter === null) throw damagedFile(path, 'is no log: no column counts steps or epochs');
  const series = head.columns.map((tag): LogSeries => ({ tag, step: [], value: [], time: [] }));
  const damage: string[] = [];
  let points = 0;
  for await (const { cells, line } of readTable(path, head.delimiter)) {
    const step = numberOf(cells[counter]);
    if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0) {
      damage.push(`Line ${String(line)} has no ${head.columns[counter] ?? 'step'}.`);
      continue;
    }
    for (const [index, one] of series.entries()) {
      const value = numberOf(cells[index]);
      if (index === counter || typeof value !== 'number') continue;
      one.step.push(step);
      one.value.push(value);
      one.time.push(Number.NaN);
      if (++points > MOST_POINTS) throw damagedFile(path, 'holds more numbers than a log may');
    }
  }
  const stem = basename(path, extname(path));
  const name = PLAIN.test(stem) ? basename(dirname(path)) : stem;
  const told = series.filter(({ step }) => step.length > 0);
  return { path, format: 'csv', name, series: told, startedAt: Number.NaN, damage };
}

/** Position of the column that counts: steps before epochs. */
function counterOf({ columns }: TableHead): number | null {
  const names = columns.map((column) => column.toLowerCase());
  const at = ['step', 'global_step', 'iteration', 'epoch']
    .map((name) => names.indexOf(name))
    .find((index) => index >= 0);
  return at ?? null;
}

/** The number of a cell; undefined for an empty one, null for words. `nan` and `inf` are as Python writes them. */
function numberOf(cell: string | undefined): number | undefined | null {
  const text = cell?.trim().toLowerCase() ?? '';
  if (text === '') return undefined;
  const special = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity, infinity: Infinity, '-infinity': -Infinity };
  const named = Object.entries(special).find(([name]) => name === text);
  if (named !== undefined) return named[1];
  const value = Number(text);
  return Number.isNaN(value) ? null : value;
}
