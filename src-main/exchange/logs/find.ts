/** Finds logs among what was given, by content: event files, tables, and folders with either. */

import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isCsvLog, readCsvLog } from './csvLog.ts';
import { EventRecords } from './eventRecords.ts';
import { ScalarCollector } from './eventFile.ts';
import type { Log } from './log.ts';

/** Entries of a folder that are looked at, and how deep: a folder of images is soon known to hold no log. */
const MOST_ENTRIES = 20_000;
const DEEPEST = 8;
/** Subfolders that hold one part of their parent's run: `train`, `validation`, `Loss_val`. */
const PART = /(^|[_\-. ])(train|training|val|valid|validation|test|eval|evaluation)$/i;
const EVENT_NAME = /tfevents/;
/** Tables inside folders are told by name; one that is given itself is told by content. */
const TABLE_NAME = /^(metrics|log|training|history)\.csv$/i;

/**
 * The places below a path that are one run each: files, or folders of event files; absolute, in order.
 * @throws Node's own errors for a path that is not there
 */
export async function findLogs(path: string): Promise<readonly string[]> {
  const given = await realpath(path);
  const status = await stat(given);
  if (status.isFile()) return (await isLogFile(given)) ? [given] : [];
  if (!status.isDirectory()) return [];
  const found = new Set<string>();
  for await (const file of filesBelow(given)) {
    const name = basename(file);
    if (EVENT_NAME.test(name)) {
      if (await EventRecords.begins(file)) found.add(runFolder(dirname(file), given));
    } else if (TABLE_NAME.test(name) && (await isCsvLog(file))) found.add(file);
  }
  return [...found].sort();
}

/**
 * Reads a place that `findLogs` has found.
 * @throws DenseLabError `source-damaged`
 */
export async function readLog(path: string): Promise<Log> {
  const isFolder = (await stat(path)).isDirectory();
  if (!isFolder && !(await EventRecords.begins(path))) return readCsvLog(path);
  const collector = new ScalarCollector();
  if (!isFolder) await collector.add(path, '');
  else {
    for await (const file of filesBelow(path)) {
      const folder = dirname(file);
      if (!EVENT_NAME.test(basename(file)) || runFolder(folder, path) !== path) continue;
      await collector.add(file, folder === path ? '' : `${basename(folder)}/`);
    }
  }
  const { series, startedAt, damage } = collector;
  const name = basename(isFolder ? path : dirname(path));
  return { path, format: 'tensorboard', name, series: [...series.values()], startedAt, damage };
}

async function isLogFile(path: string): Promise<boolean> {
  return (await EventRecords.begins(path)) || (await isCsvLog(path));
}

/** The folder of the run that event files in `folder` belong to; never above `top`. */
function runFolder(folder: string, top: string): string {
  return folder !== top && PART.test(basename(folder)) ? dirname(folder) : folder;
}

/** Files below a folder, links left out, in the order of their names. */
async function* filesBelow(top: string): AsyncGenerator<string> {
  let entries = 0;
  const folders: { path: string; depth: number }[] = [{ path: top, depth: 0 }];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const files: string[] = [];
    for await (const entry of await opendir(folder.path)) {
      if (++entries > MOST_ENTRIES) break;
      const path = join(folder.path, entry.name);
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && folder.depth < DEEPEST) folders.push({ path, depth: folder.depth + 1 });
    }
    yield* files.sort();
    if (entries > MOST_ENTRIES) return;
  }
}
