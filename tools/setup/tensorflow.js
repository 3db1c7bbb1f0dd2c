/** Brings TensorFlow to a checkout: its C library, and the addon of tfjs-node compiled against it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { replaceDirectory } from '../../src-main/runtime/cache.js';
import { BINDING_VERSION } from '../../src-main/runtime/pins.js';
import { secondsSince } from '../../src-main/runtime/reporter.js';
import { readStamp, writeStamp } from '../../src-main/runtime/stamp.js';
import {
  ADDON,
  bindingIn,
  installLibraries,
  librariesIn,
  wheelForThisMachine,
} from '../../src-main/runtime/tensorflow.js';
import { ADDON_FLAGS, compile, findCompiler, tryAddon } from './compiler.js';
import { PACKAGES } from './pins.js';

const BINDING_PACKAGE = '@tensorflow/tfjs-node-gpu';

/**
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @param {{ rehash?: boolean }} [options]
 * @throws {import('../../src-main/runtime/failure.js').SetupFailure}
 */
export async function installTensorFlow(cache, reporter, options) {
  const wheel = wheelForThisMachine();
  const task = reporter.task('TensorFlow');
  try {
    // The compiler first: better to learn of a missing one before a long download.
    const compiler = await findCompiler(reporter);
    if ((await readStamp(librariesIn(cache), options)) === null) await installLibraries(cache, wheel, reporter, task);
    await installBinding(cache, wheel, compiler, task);
  } finally {
    task.stop();
  }
}

/** Loads the addon and prints TensorFlow's version. */
const TRIAL = `console.log(require(process.argv[1]).TF_Version);`;

/**
 * @param {string} cache
 * @param {import('../../src-main/runtime/pins.js').Wheel} wheel
 * @param {string} compiler
 * @param {import('../../src-main/runtime/reporter.js').Task} task
 */
async function installBinding(cache, wheel, compiler, task) {
  const start = performance.now();
  task.update('compiling the addon of tfjs-node');
  const target = bindingIn(cache);
  await mkdir(path.dirname(target), { recursive: true });
  await replaceDirectory(target, async (temporary) => {
    const addon = path.join(temporary, ADDON);
    const libraries = path.join(librariesIn(cache), 'tensorflow');
    const source = path.join(PACKAGES, BINDING_PACKAGE, 'binding');
    const origin = process.platform === 'darwin' ? '@loader_path' : '$ORIGIN';
    const args = [
      ...['-std=c++17', '-O2', '-w', `-DNAPI_VERSION=8`, ...ADDON_FLAGS],
      ...[path.join(PACKAGES, 'node-api-headers', 'include'), path.join(libraries, 'include')].map((at) => `-I${at}`),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(source, name)),
      ...wheel.libraries.map((name) => path.join(libraries, name)),
      `-Wl,-rpath,${origin}/${path.relative(target, libraries)}`,
      ...['-o', addon],
    ];
    await compile(compiler, args, 'The addon of tfjs-node');
    const version = await tryAddon(TRIAL, [addon], 'The addon of tfjs-node');
    await writeStamp(temporary, { version: BINDING_VERSION, tensorflow: version });
    task.done(`addon of tfjs-node ${BINDING_VERSION} compiled, loads TensorFlow ${version} (${secondsSince(start)})`);
  });
}
