/** TensorFlow's C library in the cache folder: brought out of the Python wheel, found again, and checked. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';

import { replaceDirectory, requireSpace } from './cache.js';
import { download } from './download.js';
import { SetupFailure, describeFailure } from './failure.js';
import { BINDING_VERSION, MACHINE, TENSORFLOW_SPACE, TENSORFLOW_VERSION, WHEELS } from './pins.js';
import { findWheel, indexUrl } from './python-index.js';
import { megabytes, secondsSince } from './reporter.js';
import { run } from './run.js';
import { hashFile, readStamp, writeStamp } from './stamp.js';

/** File name of the compiled addon. */
export const ADDON = 'tfjs_binding.node';

/** The headers that the addon includes, of the wheel's thousands. */
const HEADERS = [
  /^tensorflow\/include\/tensorflow\/c\/.*\.h$/,
  /^tensorflow\/include\/tensorflow\/core\/platform\/ctstring(_internal)?\.h$/,
  /^tensorflow\/include\/tsl\/platform\/ctstring(_internal)?\.h$/,
  /^tensorflow\/include\/xla\/tsl\/c\/tsl_status\.h$/,
];

/**
 * The folder of the libraries, as the wheel lays them out.
 * @param {string} cache
 */
export function librariesIn(cache) {
  return path.join(cache, 'tensorflow', `${TENSORFLOW_VERSION}-cpu-${MACHINE}`);
}

/**
 * The folder of the addon. It finds the libraries by its place beside them.
 * @param {string} cache
 */
export function bindingIn(cache) {
  return path.join(cache, 'binding', `tfjs-${BINDING_VERSION}-tf-${TENSORFLOW_VERSION}-${MACHINE}`);
}

/**
 * Name of the wheel's file, as the index lists it.
 * @param {import('./pins.js').Wheel} wheel
 */
export function filenameOf(wheel) {
  return `${wheel.project.replaceAll('-', '_')}-${TENSORFLOW_VERSION}-cp311-cp311-${wheel.platform}.whl`;
}

/**
 * The installed TensorFlow; null when the library or the addon is missing.
 * @param {string} cache
 * @param {{ rehash?: boolean }} [options]
 * @returns {Promise<import('./manifest.js').TensorFlowRuntime | null>}
 */
export async function findTensorFlow(cache, options) {
  const facts = await readStamp(librariesIn(cache), options);
  if (facts === null || (await readStamp(bindingIn(cache), options)) === null) return null;
  return {
    binding: path.join(bindingIn(cache), ADDON),
    libraries: path.join(librariesIn(cache), 'tensorflow'),
    version: TENSORFLOW_VERSION,
    origin: String(facts.origin),
    sha256: String(facts.sha256),
  };
}

/**
 * @returns {import('./pins.js').Wheel}
 * @throws {SetupFailure} Where there is none.
 */
export function wheelForThisMachine() {
  const wheel = WHEELS[MACHINE];
  if (wheel !== undefined) return wheel;
  throw new SetupFailure(
    `DenseLab has no TensorFlow ${TENSORFLOW_VERSION} for ${MACHINE} yet.`,
    process.platform === 'win32'
      ? 'Run it inside WSL 2 (Debian or Ubuntu): npm ci && npm start'
      : `Use one of these: ${Object.keys(WHEELS).join(', ')}.`,
  );
}

/**
 * Downloads the libraries, or goes on with a download, and unpacks them.
 * @param {string} cache
 * @param {import('./pins.js').Wheel} wheel
 * @param {import('./reporter.js').Reporter} reporter
 * @param {import('./reporter.js').Task} task
 * @throws {SetupFailure}
 */
export async function installLibraries(cache, wheel, reporter, task) {
  const start = performance.now();
  const downloads = path.join(cache, 'downloads');
  await mkdir(downloads, { recursive: true });
  await requireSpace(cache, TENSORFLOW_SPACE, 'TensorFlow');
  reporter.say(
    `TensorFlow: ${TENSORFLOW_VERSION} without GPU for ${MACHINE}, ${filenameOf(wheel)} ` +
      `(${megabytes(wheel.bytes)}) from ${indexUrl()}`,
  );
  const file = path.join(downloads, filenameOf(wheel));
  await fetchWheel(wheel, file, reporter, task);
  const downloaded = secondsSince(start);
  await unpackLibraries(cache, wheel, file, `${new URL(indexUrl()).host}: ${filenameOf(wheel)}`, task);
  await rm(file);
  task.done(
    `${TENSORFLOW_VERSION} downloaded in ${downloaded}, its SHA-256 is right, unpacked (${secondsSince(start)})`,
  );
}

/**
 * Unpacks a wheel that a person has; it stays where it is.
 * @param {string} cache
 * @param {import('./pins.js').Wheel} wheel
 * @param {string} file
 * @param {import('./reporter.js').Task} task
 * @throws {SetupFailure} When it is another file, or a changed one.
 */
export async function installLibrariesFrom(cache, wheel, file, task) {
  await mkdir(cache, { recursive: true });
  await requireSpace(cache, TENSORFLOW_SPACE, 'TensorFlow');
  task.update('comparing the file with what was published');
  if ((await hashFile(file)) !== wheel.sha256) {
    throw new SetupFailure(
      `${path.basename(file)} is not ${filenameOf(wheel)} as it was published.`,
      `Choose the file that https://pypi.org/project/${wheel.project}/${TENSORFLOW_VERSION}/#files lists under that name.`,
    );
  }
  await unpackLibraries(cache, wheel, file, `file ${path.basename(file)}`, task);
}

/**
 * @param {string} cache
 * @param {import('./pins.js').Wheel} wheel
 * @param {string} file
 * @param {string} origin Told in reports.
 * @param {import('./reporter.js').Task} task
 */
async function unpackLibraries(cache, wheel, file, origin, task) {
  await mkdir(path.dirname(librariesIn(cache)), { recursive: true });
  await replaceDirectory(librariesIn(cache), async (temporary) => {
    await unpack(file, temporary, task);
    await requireLibraries(path.join(temporary, 'tensorflow'), wheel);
    task.update('hashing');
    await writeStamp(temporary, { version: TENSORFLOW_VERSION, origin, sha256: wheel.sha256 });
  });
}

/**
 * Over HTTPS; with pip where that fails, because pip may know a proxy, a mirror or certificates that we do not.
 * @param {import('./pins.js').Wheel} wheel
 * @param {string} file
 * @param {import('./reporter.js').Reporter} reporter
 * @param {import('./reporter.js').Task} task
 */
async function fetchWheel(wheel, file, reporter, task) {
  try {
    task.update(`asking ${indexUrl()}`);
    const url = await findWheel(indexUrl(), wheel.project, filenameOf(wheel));
    await download({ url, file, digest: wheel.sha256, task });
  } catch (error) {
    if (!(error instanceof SetupFailure) || !(await fetchWithPip(wheel, file, reporter, task, error))) throw error;
  }
}

/**
 * @param {import('./pins.js').Wheel} wheel
 * @param {string} file
 * @param {import('./reporter.js').Reporter} reporter
 * @param {import('./reporter.js').Task} task
 * @param {SetupFailure} reason Why HTTPS failed.
 * @returns {Promise<boolean>} Whether the file is there and right.
 */
async function fetchWithPip(wheel, file, reporter, task, reason) {
  const pip = ['python3', '-m', 'pip'];
  if ((await run('python3', ['-m', 'pip', '--version'])).status !== 0) return false;
  reporter.say(`${describeFailure(reason)}\nTensorFlow: trying ${pip.join(' ')} download`);
  task.update('downloading with pip');
  const folder = `${file}.pip`;
  const tags = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', wheel.platform];
  const args = ['download', '--no-deps', '--only-binary=:all:', ...tags, '--dest', folder];
  try {
    const wanted = `${wheel.project}==${TENSORFLOW_VERSION}`;
    await run('python3', ['-m', 'pip', ...args, wanted], { timeoutMs: 60 * 60_000 });
    const brought = path.join(folder, path.basename(file));
    const sha256 = await hashFile(brought).catch(() => null);
    if (sha256 !== wheel.sha256) return false;
    await rename(brought, file);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Takes out what is needed, keeping the wheel's own layout, by which the libraries find each other.
 * @param {string} file
 * @param {string} directory
 * @param {import('./reporter.js').Task} task
 */
async function unpack(file, directory, task) {
  const zip = await yauzl.openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!isNeeded(entry.fileName)) continue;
      if (entry.uncompressedSize > 1e7) task.update(`unpacking ${megabytes(entry.uncompressedSize)}`);
      const target = path.join(directory, entry.fileName);
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { highWaterMark: 1 << 20 }));
    }
  } finally {
    zip.close();
  }
}

/**
 * Whether an entry of the wheel is the C library, a library that it needs, or a header of the addon.
 * @param {string} name
 */
export function isNeeded(name) {
  return (
    /^tensorflow\/libtensorflow_\w+\.(so\.\d+|\d+\.dylib)$/.test(name) || HEADERS.some((header) => header.test(name))
  );
}

/**
 * @param {string} directory
 * @param {import('./pins.js').Wheel} wheel
 */
async function requireLibraries(directory, wheel) {
  const found = await readdir(directory).catch(() => /** @type {string[]} */ ([]));
  const missing = wheel.libraries.filter((library) => !found.includes(library));
  if (missing.length === 0) return;
  throw new SetupFailure(
    `${filenameOf(wheel)} does not hold ${missing.join(' and ')}.`,
    'Report this with your system.',
  );
}
