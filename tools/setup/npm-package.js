/** Brings the content of one npm package into the cache, apart from the project's own packages. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { download } from '../../src-main/runtime/download.js';
import { SetupFailure } from '../../src-main/runtime/failure.js';
import { run } from '../../src-main/runtime/run.js';
import { hashFile } from '../../src-main/runtime/stamp.js';

/**
 * Downloads a package and gives its archive to `use`: from where npm says it is, so that an interrupted download goes on;
 * else with npm itself, which knows the user's proxy and passwords too.
 * @param {string} cache
 * @param {string} specifier `name@version`.
 * @param {string} sha512 Of the archive, base64.
 * @param {import('../../src-main/runtime/reporter.js').Task} task
 * @param {(archive: string) => Promise<void>} use The archive is removed afterwards.
 * @throws {SetupFailure} When it cannot be had, or is not what was pinned.
 */
export async function withPackage(cache, specifier, sha512, task, use) {
  const downloads = path.join(cache, 'downloads');
  await mkdir(downloads, { recursive: true });
  const file = path.join(downloads, `${specifier.replace(/^@/, '').replace(/[^\w.-]+/g, '-')}.tgz`);
  const url = await addressOf(specifier);
  if (url !== null && (await fetchDirectly(url, file, sha512, task))) {
    await use(file);
    return await rm(file);
  }
  // A folder of its own each time: an npm that outlived an interrupted set-up may still be writing.
  const folder = path.join(downloads, `npm.tmp-${randomBytes(6).toString('hex')}`);
  await mkdir(folder);
  try {
    await use(await fetchWithNpm(folder, specifier, sha512));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Where the user's registry keeps the archive; null when npm cannot tell.
 * @param {string} specifier
 */
async function addressOf(specifier) {
  const { status, stdout } = await runNpm(['view', specifier, 'dist.tarball']);
  const address = stdout.trim();
  return status === 0 && /^https?:\/\/\S+$/.test(address) ? address : null;
}

/**
 * Whether the archive came without npm's help. A full disk is no matter of which way.
 * @param {string} url
 * @param {string} file
 * @param {string} sha512
 * @param {import('../../src-main/runtime/reporter.js').Task} task
 */
async function fetchDirectly(url, file, sha512, task) {
  try {
    const digest = Buffer.from(sha512, 'base64').toString('hex');
    await download({ url, file, digest, algorithm: 'sha512', task, attempts: 3 });
    return true;
  } catch (error) {
    if (!(error instanceof SetupFailure) || error.message.includes('is full')) throw error;
    task.update(`${error.message} Trying with npm`);
    return false;
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function runNpm(args, cwd) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return run(npm, [...args, '--loglevel', 'error'], { ...(cwd === undefined ? {} : { cwd }), timeoutMs: 30 * 60_000 });
}

/**
 * @param {string} folder Empty.
 * @param {string} specifier
 * @param {string} sha512
 * @returns {Promise<string>} Path of the archive.
 */
async function fetchWithNpm(folder, specifier, sha512) {
  const outcome = await runNpm(['pack', specifier, '--pack-destination', folder], folder);
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  if (outcome.status !== 0 || file === undefined) {
    throw new SetupFailure(
      `npm could not bring ${specifier}.`,
      'Check the network and npm config get registry, then: npm run setup',
      outcome.stderr,
    );
  }
  const archive = path.join(folder, file);
  const digest = Buffer.from(sha512, 'base64').toString('hex');
  if ((await hashFile(archive, 'sha512')) === digest) return archive;
  throw new SetupFailure(
    `${specifier} from npm is not what was pinned (its SHA-512 differs); it was removed.`,
    'Check which registry npm uses (npm config get registry), then: npm run setup',
  );
}

/**
 * Unpacks a tar archive, or some of it.
 * @param {string} archive
 * @param {string} directory
 * @param {readonly string[]} [selection] Members, or `--exclude=` patterns.
 * @throws {SetupFailure}
 */
export async function unpackTar(archive, directory, selection = []) {
  const args = ['--no-same-owner', '-xzf', archive, '-C', directory, ...selection];
  const outcome = await run('tar', args, { timeoutMs: 10 * 60_000 });
  if (outcome.status === 0) return;
  throw new SetupFailure(
    `${path.basename(archive)} could not be unpacked with tar.`,
    'Install tar, then: npm run setup',
    outcome.stderr,
  );
}
