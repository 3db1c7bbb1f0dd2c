/** Each run's own log: `log.txt` in its folder, of bounded size. */

import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RunLog, RunLogLine } from '../contract/run.ts';
import { runDirectory } from './directory.ts';

/** Bytes of a file at which it becomes the older one of two; the log is at most twice as large. */
const MOST_BYTES = 512 * 1024;
const LEVELS: readonly RunLogLine['level'][] = ['info', 'warning', 'error'];

/** Appends a line; one line whatever the text holds. A log that cannot be written stops no training. */
export function appendRunLog(home: string, id: number, level: RunLogLine['level'], text: string): void {
  const file = logFile(home, id);
  const line = `${new Date().toISOString()}\t${level}\t${text.replaceAll(/\s*[\r\n]+\s*/g, ' | ')}\n`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    if (existsSync(file) && statSync(file).size + line.length > MOST_BYTES) renameSync(file, olderFile(file));
    appendFileSync(file, line);
  } catch {
    // The disk may be full; what matters is told by the checkpoints and the database.
  }
}

/** Everything that is kept of a run's log. Lines that were cut off by a crash are left out. */
export function readRunLog(home: string, id: number): RunLog {
  const file = logFile(home, id);
  const older = olderFile(file);
  const read = (from: string): RunLogLine[] => (existsSync(from) ? parse(readFileSync(from, 'utf8')) : []);
  const lines = [...read(older), ...read(file)];
  return { lines, file, shortened: existsSync(older) };
}

function parse(content: string): RunLogLine[] {
  return content.split('\n').flatMap((line) => {
    const [time, word, ...rest] = line.split('\t');
    const level = LEVELS.find((each) => each === word);
    if (time === undefined || level === undefined || Number.isNaN(Date.parse(time))) return [];
    return [{ time, level, text: rest.join('\t') }];
  });
}

function logFile(home: string, id: number): string {
  return path.join(runDirectory(home, id), 'log.txt');
}

function olderFile(file: string): string {
  return file.replace(/\.txt$/, '.older.txt');
}
