/**
 * Brings Node 24, which the official Electron has inside, for the tests that run on it too. It is no dependency of the
 * project: its package would put a `node` first in the PATH of every npm script, and installs on Linux x64 only.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { MACHINE } from '../../src-main/runtime/pins.js';
import { cacheDirectory, removeLeftovers, replaceDirectory } from '../../src-main/runtime/cache.js';
import { withLock } from '../../src-main/runtime/lock.js';
import { unpackTar, withPackage } from './npm-package.js';
import { NODE_24 } from './pins.js';
import { secondsSince } from '../../src-main/runtime/reporter.js';
import { readStamp, writeStamp } from '../../src-main/runtime/stamp.js';

const DIRECTORY = path.join(cacheDirectory(), 'node', `${NODE_24.version}-${MACHINE}`);

/** Its executable, once installed; null where npm has none for this machine. */
export const node24 = MACHINE === NODE_24.machine ? path.join(DIRECTORY, 'node') : null;

/**
 * Installs it when it is missing.
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @throws {import('../../src-main/runtime/failure.js').SetupFailure}
 */
export async function ensureNode24(reporter) {
  if (node24 === null || (await readStamp(DIRECTORY)) !== null) return;
  const cache = cacheDirectory();
  await mkdir(path.dirname(DIRECTORY), { recursive: true });
  await withLock(
    path.join(cache, 'setup.lock'),
    async () => {
      await removeLeftovers(cache);
      if ((await readStamp(DIRECTORY)) === null) await install(cache, reporter);
    },
    (owner) => reporter.say(`Another set-up is at work (process ${owner}); waiting for it.`),
  );
}

/**
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 */
async function install(cache, reporter) {
  const start = performance.now();
  const { version, sha512 } = NODE_24;
  const specifier = `${NODE_24.package}@${version}`;
  const task = reporter.task('Node 24');
  task.update(`downloading ${specifier}`);
  try {
    await withPackage(cache, specifier, sha512, task, (archive) =>
      replaceDirectory(DIRECTORY, async (temporary) => {
        await unpackTar(archive, temporary, ['package/bin/node']);
        await rename(path.join(temporary, 'package', 'bin', 'node'), path.join(temporary, 'node'));
        await rm(path.join(temporary, 'package'), { recursive: true });
        await writeStamp(temporary, { version, origin: `npm ${specifier}` });
      }),
    );
    task.done(`${version} from npm, for tests, in ${secondsSince(start)}`);
  } finally {
    task.stop();
  }
}
