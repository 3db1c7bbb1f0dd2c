/** A stamp in each installed folder: its files with size, time and SHA-256, so that a later run can trust it or not. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { writeAtomically } from './cache.js';

const STAMP = 'installed.json';

/**
 * @typedef {object} StampedFile
 * @property {string} path Relative to the folder, with `/`.
 * @property {number} size
 * @property {number} modified Milliseconds, whole.
 * @property {string} sha256
 */

/**
 * Facts about what is in the folder, such as its version.
 * @typedef {Readonly<Record<string, string | number>>} Facts
 */

/**
 * Digest of a file, hex.
 * @param {string} file
 * @param {'sha256' | 'sha512'} [algorithm]
 */
export async function hashFile(file, algorithm = 'sha256') {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * Records every file of a folder. Written last: a folder without a stamp was never finished.
 * @param {string} directory
 * @param {Facts} facts
 */
export async function writeStamp(directory, facts) {
  /** @type {StampedFile[]} */
  const files = [];
  for (const relative of await listFiles(directory)) {
    const file = path.join(directory, relative);
    const { size, mtimeMs } = await lstat(file);
    // Whole milliseconds survive copies between file systems that keep coarser times.
    const modified = Math.floor(mtimeMs);
    await utimes(file, modified / 1000, modified / 1000);
    files.push({ path: relative, size, modified, sha256: await hashFile(file) });
  }
  await writeAtomically(path.join(directory, STAMP), `${JSON.stringify({ facts, files }, null, 1)}\n`);
}

/**
 * The facts of a finished folder whose files are as they were left; null for any other.
 * @param {string} directory
 * @param {{ rehash?: boolean }} [options] `rehash` reads every byte; without it sizes and times are compared.
 * @returns {Promise<Facts | null>}
 */
export async function readStamp(directory, { rehash = false } = {}) {
  try {
    const { facts, files } = JSON.parse(await readFile(path.join(directory, STAMP), 'utf8'));
    for (const file of files) {
      const found = path.join(directory, file.path);
      const { size, mtimeMs } = await lstat(found);
      if (size !== file.size || Math.abs(mtimeMs - file.modified) >= 1) return null;
      if (rehash && (await hashFile(found)) !== file.sha256) return null;
    }
    return facts;
  } catch {
    // No stamp, a missing file, or a stamp that is no JSON: not finished, so install it again.
    return null;
  }
}

/**
 * @param {string} directory
 * @param {string} [below]
 * @returns {Promise<string[]>} Regular files only; macOS bundles also hold links.
 */
async function listFiles(directory, below = '') {
  /** @type {string[]} */
  const found = [];
  for (const entry of await readdir(path.join(directory, below), { withFileTypes: true })) {
    const relative = path.posix.join(below, entry.name);
    if (entry.isDirectory()) found.push(...(await listFiles(directory, relative)));
    else if (entry.isFile() && relative !== STAMP) found.push(relative);
  }
  return found.sort();
}

/**
 * What a finished folder says of itself, without a look at its files; null when it is not finished.
 * @param {string} directory
 * @returns {Promise<{ facts: Facts, bytes: number } | null>}
 */
export async function readFacts(directory) {
  try {
    const { facts, files } = JSON.parse(await readFile(path.join(directory, STAMP), 'utf8'));
    return {
      facts,
      bytes: files.reduce((/** @type {number} */ sum, /** @type {StampedFile} */ { size }) => sum + size, 0),
    };
  } catch {
    return null;
  }
}
