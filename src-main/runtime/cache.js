/** The user's cache folder, where the runtimes live, shared by every checkout. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { SetupFailure } from './failure.js';

/**
 * Where the runtimes are: `DENSELAB_CACHE`, or the place that the system gives to caches.
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {NodeJS.Platform} [platform]
 * @returns {string} An absolute path.
 */
export function cacheDirectory(environment = process.env, platform = process.platform) {
  if (environment.DENSELAB_CACHE) return path.resolve(environment.DENSELAB_CACHE);
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'denselab');
  if (platform === 'win32') {
    return path.join(environment.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'denselab', 'cache');
  }
  return path.join(environment.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'denselab');
}

/**
 * Writes a file so that a reader sees the old content or the new one, never a part.
 * @param {string} file
 * @param {string} content
 */
export async function writeAtomically(file, content) {
  const temporary = `${file}.tmp-${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

/** How far below the cache folder temporary folders are made: `electron/25.1.1.tmp-...`. */
const LEVELS = 2;

/**
 * Removes what interrupted set-ups left behind. Partial downloads stay: they are continued. Only under the lock.
 * @param {string} directory
 * @param {number} [levels]
 */
export async function removeLeftovers(directory, levels = LEVELS) {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (/\.(tmp|old)-[0-9a-f]+$/.test(entry.name)) await rm(file, { recursive: true, force: true });
    else if (entry.isDirectory() && levels > 1) await removeLeftovers(file, levels - 1);
  }
}

/**
 * Fills a folder in one step: `build` writes into a temporary one beside it, which then takes its name.
 * @param {string} directory
 * @param {(temporary: string) => Promise<void>} build
 */
export async function replaceDirectory(directory, build) {
  const suffix = randomBytes(6).toString('hex');
  const temporary = `${directory}.tmp-${suffix}`;
  await mkdir(temporary, { recursive: true });
  try {
    await build(temporary);
    const previous = `${directory}.old-${suffix}`;
    await rename(directory, previous).catch((/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(temporary, directory);
    await rm(previous, { recursive: true, force: true });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Refuses to start what the disk cannot hold.
 * @param {string} directory
 * @param {number} bytes
 * @param {string} what Named in the message.
 */
export async function requireSpace(directory, bytes, what) {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= bytes) return;
  const [needed, free] = [bytes, bavail * bsize].map((count) => `${(count / 1e9).toFixed(1)} GB`);
  throw new SetupFailure(
    `${what} needs ${needed} free in ${directory}, and ${free} is there.`,
    'Free some space, or choose another place with DENSELAB_CACHE=/some/folder npm run setup.',
  );
}
