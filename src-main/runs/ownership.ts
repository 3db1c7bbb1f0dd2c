/** One owner per data folder, for as long as its process lives. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { DenseLabError } from '../contract/errors.ts';
import { connect, type DatabaseOptions } from './database.ts';
import { tellingFailures } from './failures.ts';

/** Milliseconds to wait for the lock: long enough for a look by `isOwned`, too short to be noticed. */
const LOCK_TIMEOUT = 300;

/** The right to write to a data folder. */
export interface Ownership {
  readonly home: string;
  /** Gives it back; the end of the process does too, however it ends. */
  release(): void;
}

/**
 * Takes a data folder, and creates it when it is not there. The lock is SQLite's exclusive lock on `owner.lock`, which the
 * operating system drops with the process: nothing stale can stay behind, whatever killed it.
 * @throws DenseLabError `home-busy` naming the folder and, as far as known, the process that has it; `home-unwritable`;
 *   `disk-full`.
 */
export function takeOwnership(home: string, options: DatabaseOptions = {}): Ownership {
  createHome(home);
  const file = lockFile(home);
  return tellingFailures(file, () => {
    const lock = connect(file, options, { timeout: LOCK_TIMEOUT });
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (thrown) {
      lock.close();
      throw isBusy(thrown) ? busyHome(home) : thrown;
    }
    notePid(home);
    return { home, release: () => release(home, lock) };
  });
}

/** Whether a living process owns the folder. Only looks. */
export function isOwned(home: string, options: DatabaseOptions = {}): boolean {
  const file = lockFile(home);
  if (!existsSync(file)) return false;
  const look = connect(file, options, { readonly: true, timeout: 0 });
  try {
    look.pragma('user_version');
    return false;
  } catch (thrown) {
    if (isBusy(thrown)) return true;
    throw thrown;
  } finally {
    look.close();
  }
}

function createHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true });
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC') throw thrown;
    throw new DenseLabError(
      'home-unwritable',
      `DenseLab cannot create its data folder ${home}.`,
      'Check the permissions of the folder above it, or choose another one with --home.',
      String(thrown),
    );
  }
}

function busyHome(home: string): DenseLabError {
  const pid = readPid(home);
  return new DenseLabError(
    'home-busy',
    `Another DenseLab${pid === undefined ? '' : ` (process ${pid})`} is using the data folder ${home}.`,
    'Close it, or choose another folder with --home.',
  );
}

/** Best effort, for the message above: the lock itself cannot be read while it is held. */
function notePid(home: string): void {
  writeFileSync(pidFile(home), String(process.pid));
}

function readPid(home: string): string | undefined {
  try {
    return /^\d+$/.exec(readFileSync(pidFile(home), 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}

function release(home: string, lock: Database.Database): void {
  if (!lock.open) return;
  rmSync(pidFile(home), { force: true });
  lock.close();
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY');
}

function lockFile(home: string): string {
  return path.join(home, 'owner.lock');
}

function pidFile(home: string): string {
  return path.join(home, 'owner.pid');
}
