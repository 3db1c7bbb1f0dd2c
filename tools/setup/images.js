/** Compiles DenseLab's own decoder of common images (src-main/native/images): an extra that makes imports faster. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { replaceDirectory } from '../../src-main/runtime/cache.js';
import { describeFailure } from '../../src-main/runtime/failure.js';
import { MACHINE } from '../../src-main/runtime/pins.js';
import { secondsSince } from '../../src-main/runtime/reporter.js';
import { run } from '../../src-main/runtime/run.js';
import { readStamp, writeStamp } from '../../src-main/runtime/stamp.js';
import { ADDON_FLAGS, compile, findCompiler } from './compiler.js';
import { PACKAGES, ROOT } from './pins.js';

const SOURCE = path.join(ROOT, 'src-main', 'native', 'images');
const ADDON = 'denselab_images.node';
const WHAT = 'The image decoder';
/** Sums must come out alike everywhere: no multiplication is fused with an addition, and integers wrap. */
const FLAGS = [
  '-std=c++17',
  '-O3',
  '-w',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=off',
  '-fwrapv',
  '-DNAPI_VERSION=8',
];
/** Files that are compiled once, whatever the processor has. */
const SHARED = ['module.cpp', 'file.cpp'];
/** How often the others are compiled: the addon asks the processor which of them to use. The least one comes first. */
const LEVELS =
  process.arch === 'x64'
    ? [
        { name: 'baseline', flags: ['-march=x86-64-v2'] },
        { name: 'wide', flags: ['-march=x86-64-v2', '-mavx2', '-mbmi', '-mbmi2'] },
      ]
    : [{ name: 'baseline', flags: [] }];

/** @returns {Promise<string[]>} */
async function sources() {
  return (await readdir(SOURCE)).filter((name) => /\.(h|cpp)$/.test(name)).sort();
}

/** @param {string} cache */
async function directoryIn(cache) {
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, LEVELS]));
  for (const name of await sources()) hash.update(name).update(await readFile(path.join(SOURCE, name)));
  return path.join(cache, 'images', `${hash.digest('hex').slice(0, 16)}-${MACHINE}`);
}

/**
 * What came of compiling the decoder as it is now; null when it was not tried.
 * @param {string} cache
 * @param {{ rehash?: boolean }} [options]
 * @returns {Promise<import('../../src-main/runtime/manifest.js').CompiledExtra | null>}
 */
export async function findImages(cache, options) {
  const directory = await directoryIn(cache);
  const facts = await readStamp(directory, options);
  if (facts === null) return null;
  return facts.problem === ''
    ? { path: path.join(directory, ADDON), problem: null }
    : { path: null, problem: String(facts.problem) };
}

/**
 * Compiles and tries it. It is an extra: what goes wrong is told and kept, and imports do without.
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 */
export async function installImages(cache, reporter) {
  const start = performance.now();
  const task = reporter.task('Image decoder');
  const target = await directoryIn(cache);
  await mkdir(path.dirname(target), { recursive: true });
  task.update('compiling');
  try {
    await replaceDirectory(target, async (temporary) => {
      const problem = await build(temporary, reporter);
      await writeStamp(temporary, { problem });
      task.done(problem === '' ? `compiled in ${secondsSince(start)}` : `not used: ${problem}`);
    });
  } finally {
    task.stop();
  }
}

/** Prints whether this processor can run it. */
const TRIAL = `
  const addon = { exports: {} };
  process.dlopen(addon, process.argv[1]);
  console.log(addon.exports.available);`;

/**
 * @param {string} directory
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @returns {Promise<string>} What is wrong, in a few words; empty when nothing is.
 */
async function build(directory, reporter) {
  const addon = path.join(directory, ADDON);
  try {
    const compiler = await findCompiler(reporter);
    const objects = await compileLevels(compiler, directory);
    const shared = SHARED.map((name) => path.join(SOURCE, name));
    const headers = `-I${path.join(PACKAGES, 'node-api-headers', 'include')}`;
    // Where both levels have the same function of the standard library, the linker takes the first: every processor's.
    await compile(compiler, [...FLAGS, ...ADDON_FLAGS, headers, ...shared, ...objects, '-o', addon], WHAT);
    await Promise.all(objects.map((object) => rm(object)));
  } catch (error) {
    reporter.say(describeFailure(error));
    return 'it could not be compiled';
  }
  const trial = await run(process.execPath, ['-e', TRIAL, addon], { timeoutMs: 120_000 });
  if (trial.status !== 0) return 'it does not load';
  return trial.stdout.trim() === 'true' ? '' : 'this processor lacks SSE 4.2';
}

/**
 * @param {string} compiler
 * @param {string} directory
 * @returns {Promise<string[]>} Objects, those of the first level first.
 */
async function compileLevels(compiler, directory) {
  const names = (await sources()).filter((name) => name.endsWith('.cpp') && !SHARED.includes(name));
  const made = await Promise.all(
    LEVELS.map(({ name: level, flags }) =>
      Promise.all(
        names.map(async (name) => {
          const object = path.join(directory, `${level}-${path.basename(name, '.cpp')}.o`);
          const args = [...FLAGS, ...flags, `-DDENSELAB_LEVEL=${level}`, '-c', path.join(SOURCE, name), '-o', object];
          await compile(compiler, args, WHAT);
          return object;
        }),
      ),
    ),
  );
  return made.flat();
}
