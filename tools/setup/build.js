/** Builds the app when its sources are not those of the last build. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { writeAtomically } from '../../src-main/runtime/cache.js';
import { SetupFailure } from '../../src-main/runtime/failure.js';
import { withLock } from '../../src-main/runtime/lock.js';
import { PACKAGES, ROOT } from './pins.js';
import { secondsSince } from '../../src-main/runtime/reporter.js';
import { run } from '../../src-main/runtime/run.js';

/** electron-vite's own program, run with this Node. */
export const ELECTRON_VITE = path.join(PACKAGES, 'electron-vite', 'bin', 'electron-vite.js');

/** What a build is made of. */
const SOURCES = ['src-main', 'src-renderer', 'package.json', 'package-lock.json', 'electron.config.ts'];
/** What must be there afterwards. */
const RESULTS = ['out/main/index.cjs', 'out/main/cli.cjs'];

/**
 * A short text that changes when a source is edited, added, removed or renamed.
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function fingerprint(root) {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesBelow(root, source)) {
      const { size, mtimeMs } = await stat(path.join(root, file));
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} relative
 * @returns {Promise<string[]>}
 */
async function filesBelow(root, relative) {
  const found = await stat(path.join(root, relative)).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [relative];
  const names = (await readdir(path.join(root, relative))).sort();
  return (await Promise.all(names.map((name) => filesBelow(root, path.join(relative, name))))).flat();
}

/**
 * Whether `out/` was built from the sources as they are.
 * @param {string} root
 */
export async function isFresh(root) {
  if (!RESULTS.every((result) => existsSync(path.join(root, result)))) return false;
  const built = await readFile(stampFile(root), 'utf8').catch(() => null);
  return built === (await fingerprint(root));
}

/**
 * Records that `out/` was built from sources with this fingerprint.
 * @param {string} root
 * @param {string} sources
 */
export async function markFresh(root, sources) {
  await writeAtomically(stampFile(root), sources);
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'out', 'built-from.txt');
}

/**
 * Builds when needed; two callers at once build one after the other.
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @throws {SetupFailure} When the build fails.
 */
export async function ensureBuilt(reporter) {
  if (await isFresh(ROOT)) return;
  const locks = path.join(ROOT, '.cache');
  await mkdir(locks, { recursive: true });
  await withLock(
    path.join(locks, 'build.lock'),
    () => build(reporter),
    (owner) => reporter.say(`Another build is at work (process ${owner}); waiting for it.`),
  );
}

/** @param {import('../../src-main/runtime/reporter.js').Reporter} reporter */
async function build(reporter) {
  if (await isFresh(ROOT)) return;
  const start = performance.now();
  const task = reporter.task('Build');
  task.update('building the app');
  // Taken before the build, so that an edit during it makes the result stale.
  const sources = await fingerprint(ROOT);
  const args = [ELECTRON_VITE, 'build', '-c', 'electron.config.ts'];
  const outcome = await run(process.execPath, args, { cwd: ROOT, timeoutMs: 10 * 60_000 });
  task.stop();
  if (outcome.status !== 0) {
    const log = `${outcome.stdout}\n${outcome.stderr}`;
    throw new SetupFailure('The app could not be built.', 'Mend the sources, then: npm run build', log);
  }
  await markFresh(ROOT, sources);
  reporter.say(`Build: done in ${secondsSince(start)}`);
}
