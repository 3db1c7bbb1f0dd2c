/** Folders of imports that are under way: whatever ends an import leaves either a dataset or nothing. */

import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './layout.ts';

const PREFIX = '.importing-';

/** Imports of this process; after a crash another process may get the same id. */
const active = new Set<string>();
let started = 0;

/** A folder that becomes a dataset by one rename. */
export interface Staging {
  readonly directory: string;
  /** False when the target exists already. */
  moveTo(target: string): Promise<boolean>;
  /** Removes what is left; after a successful move that is nothing. */
  discard(): Promise<void>;
}

/** Makes a new staging folder inside `parent`. */
export async function createStaging(parent: string): Promise<Staging> {
  const directory = join(parent, `${PREFIX}${process.pid}-${Date.now().toString(36)}-${++started}`);
  active.add(directory);
  await mkdir(directory);
  return {
    directory,
    moveTo: async (target) => {
      await syncFolder(directory);
      try {
        await rename(directory, target);
      } catch (error) {
        if (isTargetInUse(error)) return false;
        throw error;
      }
      await syncFolder(parent);
      return true;
    },
    discard: async () => {
      await rm(directory, { recursive: true, force: true });
      active.delete(directory);
    },
  };
}

/** Removes the staging folders of imports whose process is gone. */
export async function removeStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const directory = join(parent, name);
    if (name.startsWith(PREFIX) && isStale(name, directory)) await rm(directory, { recursive: true, force: true });
  }
}

function isStale(name: string, directory: string): boolean {
  const owner = Number(name.slice(PREFIX.length).split('-')[0]);
  if (owner === process.pid) return !active.has(directory);
  return !Number.isInteger(owner) || owner <= 0 || !isAlive(owner);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function isTargetInUse(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTEMPTY' || code === 'EEXIST' || (process.platform === 'win32' && code === 'EPERM');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
