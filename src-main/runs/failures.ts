/** SQLite's errors, told as DenseLab's. */

import Database from 'better-sqlite3';
import { DenseLabError } from '../contract/errors.ts';

/**
 * Runs something that uses the database; what SQLite throws becomes a `DenseLabError` that names the file.
 * Codes: `disk-full`, `database-damaged`, `home-busy`, `home-unwritable`; anything else passes unchanged.
 */
export function tellingFailures<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof Database.SqliteError ? (explain(thrown.code, thrown.message, file) ?? thrown) : thrown;
  }
}

/** A record that cannot be understood; the others are not touched by it. */
export function damagedRecord(what: string, detail: string): DenseLabError {
  return new DenseLabError(
    'database-damaged',
    `${what} cannot be read from the database.`,
    'All other runs are intact; remove this one.',
    detail,
  );
}

function explain(code: string, message: string, file: string): DenseLabError | undefined {
  const [, family] = code.split('_');
  const detail = `${file}: ${code}: ${message}`;
  switch (family) {
    case 'FULL':
      return new DenseLabError(
        'disk-full',
        'The disk that holds the DenseLab data folder is full.',
        'Free some space and try again; everything saved so far is kept.',
        detail,
      );
    case 'CORRUPT':
    case 'NOTADB':
      return new DenseLabError(
        'database-damaged',
        `The database ${file} is damaged.`,
        'It was left as it is: put a backup in its place, or move it away to start with an empty one.',
        detail,
      );
    case 'BUSY':
      return new DenseLabError(
        'home-busy',
        `The database ${file} is in use by another program.`,
        'Close it and try again.',
        detail,
      );
    case 'READONLY':
    case 'CANTOPEN':
    case 'PERM':
    case 'IOERR':
      return new DenseLabError(
        'home-unwritable',
        `DenseLab cannot read and write the database ${file}.`,
        'Check the disk and the permissions of its folder, or choose another one with --home.',
        detail,
      );
    default:
      return undefined;
  }
}
