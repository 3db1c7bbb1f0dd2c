/** The log of the app: a file of its own, and its last lines for a report. */

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
  logger.transports.file.resolvePathFn = () => path.join(home, 'logs', 'main.log');
  logger.transports.file.maxSize = 2_000_000;
  logger.transports.file.level = 'info';
  logger.transports.console.level = false;
  return { info: (...words) => logger.info(...words), error: (...words) => logger.error(...words) };
}
