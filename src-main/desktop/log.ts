/** The log of the app: a file of its own, and its last lines for a report. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import log from 'electron-log/node';

/** Writes lines to `<home>/logs/main.log`; old ones move to `main.old.log` at 2 MB. */
export interface AppLog {
  info(...words: readonly unknown[]): void;
  error(...words: readonly unknown[]): void;
}

/** Opens the log of a data folder. */
export function openLog(home: string): AppLog {
  const logger = log.create({ logId: 'main' });
  logger.transports.file.resolvePathFn = () => logFile(home);
  logger.transports.file.maxSize = 2_000_000;
  logger.transports.file.level = 'info';
  logger.transports.console.level = false;
  return { info: (...words) => logger.info(...words), error: (...words) => logger.error(...words) };
}

const TAIL_BYTES = 65_536;

/** The last lines of the log, 64 kB at most, from the beginning of a line; empty when there is none. */
export function readLogTail(home: string): string {
  let file: number;
  try {
    file = openSync(logFile(home), 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const start = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(file, bytes, 0, bytes.length, start);
    const text = bytes.toString('utf8', 0, read);
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(file);
  }
}

function logFile(home: string): string {
  return path.join(home, 'logs', 'main.log');
}
