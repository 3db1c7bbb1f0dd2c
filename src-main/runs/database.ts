/** Opening `denselab.sqlite`: the right library, the right schema, and durable settings, or a refusal that changes nothing. */

import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { DenseLabError } from '../contract/errors.ts';
import { tellingFailures } from './failures.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** How to open SQLite. */
export interface DatabaseOptions {
  /** Path of a compiled addon; the package's own when absent (needs Node-API 10). */
  readonly nativeBinding?: string | undefined;
}

/** Earlier ones can corrupt a database in WAL mode. */
const OLDEST_SQLITE = [3, 51, 3] as const;
/** Milliseconds to wait for a reader's lock. */
const BUSY_TIMEOUT = 5_000;
/** Larger files are not checked page by page at every start; damage is then met where it lies. */
const CHECKED_BYTES = 32 * 1024 * 1024;

/** The database of a data folder. */
export function databasePath(home: string): string {
  return path.join(home, 'denselab.sqlite');
}

/**
 * Opens a database for its one writer and brings it to the newest schema.
 * @throws DenseLabError `database-newer` or `database-damaged`, with the file left as it was; `home-unwritable`,
 *   `disk-full`, `runtime-missing`, `runtime-broken`.
 */
export function openForWriting(home: string, options: DatabaseOptions): Database.Database {
  const file = databasePath(home);
  return tellingFailures(file, () => {
    refuseNewerOrDamaged(file, options);
    const database = connect(file, options, {});
    try {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      migrate(database, MIGRATIONS);
      return database;
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  });
}

/**
 * Opens a database for reading while its owner writes. One that is not there, or that an older version made, is
 * read as a copy in memory with the newest schema, so that reading never writes.
 * @throws DenseLabError as `openForWriting`.
 */
export function openForReading(home: string, options: DatabaseOptions): Database.Database {
  const file = databasePath(home);
  return tellingFailures(file, () => {
    if (!existsSync(file)) return migrate(connect(':memory:', options, {}), MIGRATIONS);
    refuseNewerOrDamaged(file, options);
    const database = connect(file, options, { readonly: true });
    if (schemaVersion(database) === MIGRATIONS.length) return database;
    const pages = database.serialize();
    database.close();
    return migrate(connect(withoutLog(pages), options, {}), MIGRATIONS);
  });
}

/** Where a database says by which version of its format it is written and read; 2 is with a write-ahead log. */
const FORMAT_BYTES = [18, 19] as const;

/** A copy in memory can have no write-ahead log, and SQLite refuses one that says it has. */
function withoutLog(pages: Buffer): Buffer {
  for (const at of FORMAT_BYTES) pages[at] = 1;
  return pages;
}

/**
 * Runs the missing migrations in one transaction: the old schema or the newest, whatever happens. A file that holds data
 * is copied beside itself first (`denselab.sqlite.v1.bak`).
 */
export function migrate(database: Database.Database, migrations: readonly string[]): Database.Database {
  const from = schemaVersion(database);
  if (from === migrations.length) return database;
  if (from > 0 && !database.memory) backUp(database, `${database.name}.v${String(from)}.bak`);
  database
    .transaction(() => {
      for (const migration of migrations.slice(from)) database.exec(migration);
      database.pragma(`user_version = ${String(migrations.length)}`);
    })
    .immediate();
  return database;
}

/** Version of the SQLite library inside the addon; touches no file. @throws DenseLabError `runtime-missing` */
export function sqliteVersion(options: DatabaseOptions): string {
  const database = load(':memory:', options, {});
  try {
    return String(database.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    database.close();
  }
}

/**
 * Opens a connection, and looks at nothing in the file yet.
 * @throws DenseLabError `runtime-missing` without an addon, `runtime-broken` with one that is too old
 */
export function connect(source: string | Buffer, options: DatabaseOptions, how: Database.Options): Database.Database {
  const version = sqliteVersion(options);
  if (!isAtLeast(version, OLDEST_SQLITE)) {
    throw new DenseLabError(
      'runtime-broken',
      `The SQLite that is installed is ${version}; before ${OLDEST_SQLITE.join('.')} it can damage a database.`,
      'Run `npm run setup`.',
    );
  }
  return load(source, options, how);
}

/** The addon of the package aborts the whole process below Node-API 10, so that is asked first. */
function load(source: string | Buffer, { nativeBinding }: DatabaseOptions, how: Database.Options): Database.Database {
  if (nativeBinding === undefined && Number(process.versions['napi']) < 10) {
    throw new DenseLabError(
      'runtime-missing',
      `SQLite for Node ${process.versions.node} is not installed.`,
      'Run `npm run setup`.',
    );
  }
  const binding = nativeBinding === undefined ? {} : { nativeBinding };
  return new Database(source, { timeout: BUSY_TIMEOUT, ...how, ...binding });
}

/** Looks without writing: a connection that only reads leaves even the write-ahead log where it is. */
function refuseNewerOrDamaged(file: string, options: DatabaseOptions): void {
  if (!existsSync(file)) return;
  const database = connect(file, options, { readonly: true, fileMustExist: true });
  try {
    const version = schemaVersion(database);
    if (version > MIGRATIONS.length) throw newerDatabase(file, version);
    const damage = statSync(file).size > CHECKED_BYTES ? 'ok' : database.pragma('quick_check(1)', { simple: true });
    if (damage !== 'ok') throw new Database.SqliteError(String(damage), 'SQLITE_CORRUPT');
  } finally {
    database.close();
  }
}

function newerDatabase(file: string, version: number): DenseLabError {
  return new DenseLabError(
    'database-newer',
    `The database ${file} was written by a newer DenseLab (schema ${String(version)}, this one knows ${String(MIGRATIONS.length)}).`,
    'Update DenseLab, or choose another data folder with --home; nothing was changed.',
  );
}

function backUp(database: Database.Database, target: string): void {
  if (existsSync(target)) return;
  // A copy that was cut off must not pass for one.
  const part = `${target}.part`;
  rmSync(part, { force: true });
  database.prepare('VACUUM INTO ?').run(part);
  renameSync(part, target);
}

function schemaVersion(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function isAtLeast(version: string, oldest: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const differing = oldest.findIndex((part, index) => parts[index] !== part);
  return differing === -1 || (parts[differing] ?? 0) > (oldest[differing] ?? 0);
}
