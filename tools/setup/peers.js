/** Brings what the bench compares with: a Python environment of its own in the cache folder. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { TENSORFLOW_VERSION } from '../../src-main/runtime/pins.js';
import { replaceDirectory, writeAtomically } from '../../src-main/runtime/cache.js';
import { SetupFailure } from '../../src-main/runtime/failure.js';
import { secondsSince } from '../../src-main/runtime/reporter.js';
import { run } from '../../src-main/runtime/run.js';

/** Pinned, so that figures can be compared; the same TensorFlow as ours. */
const PACKAGES = ['torch==2.15.0', 'torchvision==0.29.2', 'keras==3.15.1', `tensorflow-cpu==${TENSORFLOW_VERSION}`];
/** PyTorch's wheels come with GPU libraries: some gigabytes. */
const TIME_LIMIT = 60 * 60_000;

/**
 * The Python that has PyTorch and Keras; makes the environment when the cache does not hold this one yet.
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @returns {Promise<string>} Path of the interpreter.
 * @throws {SetupFailure}
 */
export async function ensurePeers(cache, reporter) {
  const directory = path.join(cache, 'bench', 'python');
  const python = path.join(directory, 'bin', 'python');
  const stamp = path.join(directory, 'packages.txt');
  const wanted = PACKAGES.join('\n');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return python;
  const start = performance.now();
  const task = reporter.task('Peers');
  reporter.say(`Peers: installing ${PACKAGES.join(', ')} into ${directory} (about 7 GB)`);
  try {
    // A virtual environment knows its own path, so it is made where it stays; the stamp tells that it is whole.
    await replaceDirectory(directory, () => Promise.resolve());
    task.update('making a Python environment');
    await must('python3', ['-m', 'venv', directory]);
    task.update('installing PyTorch, Keras and TensorFlow');
    await must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
    await writeAtomically(stamp, wanted);
    task.done(`PyTorch, Keras and TensorFlow installed (${secondsSince(start)})`);
    return python;
  } finally {
    task.stop();
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function must(command, args) {
  const { status, stderr } = await run(command, args, { timeoutMs: TIME_LIMIT });
  if (status === 0) return;
  throw new SetupFailure(
    'The peers of the bench could not be installed.',
    'Check that python3 (3.11 to 3.13) with venv is there and the network works, or bench without --peers.',
    `${command} ${args.join(' ')}\n${stderr}`,
  );
}
