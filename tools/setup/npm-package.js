/** Brings the content of one npm package into the cache, apart from the project's own packages. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { SetupFailure } from './failure.js';
import { run } from './run.js';

/**
 * Downloads a package with npm, which knows the user's registry, proxy and certificates, and gives its archive to `use`.
 * @param {string} cache
 * @param {string} specifier `name@version`.
 * @param {string} sha512 Of the archive, base64.
 * @param {(archive: string) => Promise<void>} use The archive is removed afterwards.
 * @throws {SetupFailure} When it cannot be had, or is not what was pinned.
 */
export async function withPackage(cache, specifier, sha512, use) {
  // A folder of its own each time: an npm that outlived an interrupted set-up may still be writing.
  const folder = path.join(cache, 'downloads', `npm.tmp-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  try {
    await use(await fetchArchive(folder, specifier, sha512));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder Empty.
 * @param {string} specifier
 * @param {string} sha512
 * @returns {Promise<string>} Path of the archive.
 */
async function fetchArchive(folder, specifier, sha512) {
  const args = ['pack', specifier, '--pack-destination', folder, '--loglevel', 'error'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const outcome = await run(npm, args, { cwd: folder, timeoutMs: 30 * 60_000 });
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  if (outcome.status !== 0 || file === undefined) {
    throw new SetupFailure(
      `npm could not bring ${specifier}.`,
      'Check the network and npm config get registry, then: npm run setup',
      outcome.stderr,
    );
  }
  const archive = path.join(folder, file);
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('base64') === sha512) return archive;
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
