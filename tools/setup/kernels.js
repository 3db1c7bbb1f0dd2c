/** Compiles DenseLab's own block kernels (src-main/native): an extra that makes training faster where the processor fits. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import { MACHINE, TENSORFLOW_VERSION } from '../../src-main/runtime/pins.js';
import { replaceDirectory } from '../../src-main/runtime/cache.js';
import { ADDON_FLAGS, compile, findCompiler } from './compiler.js';
import { describeFailure } from '../../src-main/runtime/failure.js';
import { PACKAGES, ROOT } from './pins.js';
import { secondsSince } from '../../src-main/runtime/reporter.js';
import { run } from '../../src-main/runtime/run.js';
import { readStamp, writeStamp } from '../../src-main/runtime/stamp.js';

const SOURCE = path.join(ROOT, 'src-main', 'native');
/** The decoder of images is an addon of its own: images.js. */
const OTHER = 'images';
const ADDON = 'denselab_kernels.node';
/** Vectors of 512 bits; the library asks the processor before anything uses them. */
const INSTRUCTIONS = ['-mavx512f', '-mavx512bw', '-mavx512vl', '-mavx512dq', '-mfma'];
const FLAGS = ['-std=c++17', '-O3', '-w', '-fvisibility=hidden', '-DNAPI_VERSION=8', ...INSTRUCTIONS];
/** Folders whose code runs only on processors that have more, with the flags for it. */
const SPECIAL = new Map([['bfloat16', ['-mavx512bf16']]]);

/** Systems that the kernels are written for. */
export const KERNELS_SUPPORTED = MACHINE === 'linux-x64';

/** @returns {Promise<string[]>} */
async function sources() {
  const names = (await readdir(SOURCE, { recursive: true })).filter((name) => /\.(h|cpp)$/.test(name)).sort();
  return names.filter((name) => path.dirname(name) !== OTHER).map((name) => path.join(SOURCE, name));
}

/**
 * Compiles what needs flags of its own, and lists it beside what can be compiled together.
 * @param {string} compiler
 * @param {string} directory For what is compiled.
 * @returns {Promise<string[]>}
 */
async function objectsAndSources(compiler, directory) {
  const files = (await sources()).filter((file) => file.endsWith('.cpp'));
  return Promise.all(
    files.map(async (file) => {
      const special = SPECIAL.get(path.relative(SOURCE, path.dirname(file)));
      if (special === undefined) return file;
      const object = path.join(directory, `${path.basename(path.dirname(file))}-${path.basename(file, '.cpp')}.o`);
      await compile(compiler, [...FLAGS, '-fPIC', ...special, '-c', file, '-o', object], 'The block kernels');
      return object;
    }),
  );
}

/** @param {string} cache */
async function directoryIn(cache) {
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, [...SPECIAL]]));
  for (const file of await sources()) hash.update(path.relative(SOURCE, file)).update(await readFile(file));
  const version = hash.digest('hex').slice(0, 16);
  return path.join(cache, 'kernels', `${version}-tf-${TENSORFLOW_VERSION}-${MACHINE}`);
}

/**
 * What came of compiling the kernels as they are now; null when it was not tried.
 * @param {string} cache
 * @param {{ rehash?: boolean }} [options]
 * @returns {Promise<import('../../src-main/runtime/manifest.js').CompiledExtra | null>}
 */
export async function findKernels(cache, options) {
  const directory = await directoryIn(cache);
  const facts = await readStamp(directory, options);
  if (facts === null) return null;
  const path_ = facts.problem === '' ? path.join(directory, ADDON) : null;
  return { path: path_, problem: facts.problem === '' ? null : String(facts.problem) };
}

/**
 * Compiles and tries them. They are an extra: what goes wrong is told and kept, and training does without.
 * @param {string} cache
 * @param {string} libraries The folder of TensorFlow's libraries.
 * @param {string} binding TensorFlow's addon.
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 */
export async function installKernels(cache, libraries, binding, reporter) {
  const start = performance.now();
  const task = reporter.task('Kernels');
  const target = await directoryIn(cache);
  await mkdir(path.dirname(target), { recursive: true });
  task.update('compiling');
  try {
    await replaceDirectory(target, async (temporary) => {
      const problem = await build(temporary, libraries, binding, path.relative(target, libraries), reporter);
      await writeStamp(temporary, { tensorflow: TENSORFLOW_VERSION, problem });
      task.done(problem === '' ? `compiled in ${secondsSince(start)}` : `not used: ${problem}`);
    });
  } finally {
    task.stop();
  }
}

/** Loads TensorFlow, then the kernels, and prints whether they can be used. */
const TRIAL = `
  const [binding, kernels] = process.argv.slice(1).map((file) => {
    const addon = { exports: {} };
    process.dlopen(addon, file);
    return addon.exports;
  });
  console.log(kernels.available);`;

/**
 * @param {string} directory
 * @param {string} libraries
 * @param {string} binding
 * @param {string} relative From the folder where the addon will lie to the libraries.
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @returns {Promise<string>} What is wrong, in a few words; empty when nothing is.
 */
async function build(directory, libraries, binding, relative, reporter) {
  const addon = path.join(directory, ADDON);
  try {
    const compiler = await findCompiler(reporter);
    await compile(
      compiler,
      [
        ...FLAGS,
        ...ADDON_FLAGS,
        `-I${path.join(PACKAGES, 'node-api-headers', 'include')}`,
        ...(await objectsAndSources(compiler, directory)),
        path.join(libraries, 'libtensorflow_framework.so.2'),
        `-Wl,-rpath,$ORIGIN/${relative}`,
        ...['-o', addon],
      ],
      'The block kernels',
    );
  } catch (error) {
    reporter.say(describeFailure(error));
    return 'they could not be compiled';
  }
  const trial = await run(process.execPath, ['-e', TRIAL, binding, addon], { timeoutMs: 120_000 });
  if (trial.status !== 0) return 'they do not load';
  return trial.stdout.trim() === 'true' ? '' : 'this processor lacks AVX-512';
}
