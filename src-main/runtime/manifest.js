/** `runtimes.json` in the cache folder: what set-up installed, for the app and the command line to read. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { writeAtomically } from './cache.js';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable Absolute path.
 * @property {string} version
 * @property {string} origin
 * @property {number} nodeApi
 */

/**
 * @typedef {object} TensorFlowRuntime
 * @property {string} binding The compiled addon, absolute path.
 * @property {string} libraries The folder of the TensorFlow C library.
 * @property {string} version
 * @property {string} origin
 * @property {string} sha256 Of the wheel, hex.
 */

/**
 * @typedef {object} SqliteBinding
 * @property {string} path Absolute path of the compiled addon.
 * @property {number} nodeApi Lowest level that it runs on.
 * @property {string} origin
 */

/**
 * @typedef {object} CompiledExtra
 * @property {string | null} path Absolute path of the addon; null when it cannot be used.
 * @property {string | null} problem Why not, in a few words.
 */

/**
 * @typedef {object} Manifest
 * @property {1} version
 * @property {ElectronRuntime | null} electron
 * @property {TensorFlowRuntime | null} tensorflow
 * @property {CompiledExtra | null} kernels Kernels for dense blocks; null where none were tried.
 * @property {CompiledExtra | null} images The decoder of common images; null where it was not tried.
 * @property {{ bindings: SqliteBinding[] }} sqlite Empty where the addon that ships in the package is enough.
 */

/**
 * Where the manifest is.
 * @param {string} cache
 */
export function manifestFile(cache) {
  return path.join(cache, 'runtimes.json');
}

/**
 * Writes the manifest when it says something else, in one step.
 * @param {string} cache
 * @param {Manifest} manifest
 */
export async function writeManifest(cache, manifest) {
  if (await isWritten(cache, manifest)) return;
  await writeAtomically(manifestFile(cache), serialize(manifest));
}

/**
 * Whether the file in the cache says exactly this.
 * @param {string} cache
 * @param {Manifest} manifest
 */
export async function isWritten(cache, manifest) {
  const text = await readFile(manifestFile(cache), 'utf8').catch(() => null);
  return text === serialize(manifest);
}

/** @param {Manifest} manifest */
function serialize(manifest) {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * The manifest as it was written; null where there is none, or one of another version.
 * @param {string} cache
 * @returns {Promise<Manifest | null>}
 */
export async function readWritten(cache) {
  try {
    const manifest = JSON.parse(await readFile(manifestFile(cache), 'utf8'));
    return manifest.version === 1 ? manifest : null;
  } catch {
    return null;
  }
}
