/**
 * What the tools need from the system, as Debian packages. `node tools/debian.js` installs all of it as root, and prints
 * the one command otherwise.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { SetupFailure, describeFailure } from '../src-main/runtime/failure.js';
import { createReporter, secondsSince } from '../src-main/runtime/reporter.js';
import { run } from '../src-main/runtime/run.js';

/** @typedef {'compiler' | 'window' | 'display' | 'data' | 'packaging'} Group */

/**
 * Why a package is needed, and how to see that it is there whatever the distribution calls it.
 * @typedef {object} Requirement
 * @property {Group} group
 * @property {readonly string[]} names Of the package; the first that the distribution knows is installed.
 * @property {string} [library] Present when the dynamic linker knows this file.
 * @property {string} [program] Present when it is in the PATH.
 * @property {string} [file] Present when this file exists.
 */

/**
 * Newer Debian and Ubuntu add `t64` to the names of some libraries.
 * @param {string} name
 * @param {string} library
 * @returns {Requirement}
 */
const windowLibrary = (name, library) => ({ group: 'window', names: [`${name}t64`, name], library });

/** @type {readonly Requirement[]} */
const REQUIREMENTS = [
  { group: 'compiler', names: ['g++'], program: 'g++' },
  windowLibrary('libgtk-3-0', 'libgtk-3.so.0'),
  windowLibrary('libnss3', 'libnss3.so'),
  windowLibrary('libasound2', 'libasound.so.2'),
  windowLibrary('libgbm1', 'libgbm.so.1'),
  windowLibrary('libxss1', 'libXss.so.1'),
  windowLibrary('libatk-bridge2.0-0', 'libatk-bridge-2.0.so.0'),
  windowLibrary('libdrm2', 'libdrm.so.2'),
  windowLibrary('libcups2', 'libcups.so.2'),
  { group: 'display', names: ['xvfb'], program: 'Xvfb' },
  { group: 'display', names: ['xauth'], program: 'xauth' },
  { group: 'packaging', names: ['p7zip-full'], program: '7za' },
  {
    group: 'data',
    names: ['dataset-fashion-mnist'],
    file: '/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz',
  },
];

/**
 * What is on this machine; replaced in tests.
 * @typedef {object} Machine
 * @property {(library: string) => boolean} hasLibrary
 * @property {(program: string) => boolean} hasProgram
 * @property {(file: string) => boolean} hasFile
 */

/**
 * The requirements of some groups that are not met.
 * @param {readonly Group[]} groups
 * @param {Machine} machine
 * @returns {readonly Requirement[]}
 */
export function missingRequirements(groups, machine) {
  return REQUIREMENTS.filter(({ group, library, program, file }) => {
    if (!groups.includes(group)) return false;
    if (library !== undefined) return !machine.hasLibrary(library);
    if (program !== undefined) return !machine.hasProgram(program);
    return file !== undefined && !machine.hasFile(file);
  });
}

/**
 * The command that a person without root types.
 * @param {readonly string[]} packages
 */
export function installCommand(packages) {
  return `sudo apt-get update && sudo apt-get install --no-install-recommends -y ${packages.join(' ')}`;
}

/**
 * Makes sure that the groups are there. Does nothing outside Linux.
 * @param {readonly Group[]} groups
 * @param {import('../src-main/runtime/reporter.js').Reporter} reporter
 * @throws {SetupFailure} When something is missing and may not or cannot be installed.
 */
export async function ensureDebianPackages(groups, reporter) {
  if (process.platform !== 'linux') return;
  const missing = missingRequirements(groups, await thisMachine());
  if (missing.length === 0) return;
  if ((await run('apt-get', ['--version'])).status !== 0) {
    throw new SetupFailure(
      `This system lacks ${missing.map(({ library, program, file }) => library ?? program ?? file).join(', ')}.`,
      'Install them with the package manager of your system.',
    );
  }
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await aptGet(['update'], reporter);
  const packages = await Promise.all(missing.map(({ names }) => knownName(names)));
  if (!isRoot) {
    throw new SetupFailure(`These Debian packages are missing: ${packages.join(' ')}.`, installCommand(packages));
  }
  const start = performance.now();
  reporter.say(`Debian packages: installing ${packages.join(' ')}`);
  await aptGet(['install', '--no-install-recommends', '-y', ...packages], reporter);
  reporter.say(`Debian packages: ${packages.length} installed in ${secondsSince(start)}`);
}

/**
 * @param {readonly string[]} args
 * @param {import('../src-main/runtime/reporter.js').Reporter} reporter
 */
async function aptGet(args, reporter) {
  const task = reporter.task('apt-get');
  task.update(args[0] ?? '');
  // Another apt-get may be at work, a nightly one for example.
  const outcome = await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-q', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: 20 * 60_000,
  });
  task.stop();
  if (outcome.status === 0) return;
  throw new SetupFailure(
    `apt-get ${args[0]} failed.`,
    `Look at the lines above, then: apt-get ${args.join(' ')}`,
    outcome.stderr,
  );
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<string>}
 */
async function knownName(names) {
  for (const name of names) {
    const outcome = await run('apt-cache', ['show', '--no-all-versions', name]);
    if (outcome.status === 0 && outcome.stdout !== '') return name;
  }
  return names.at(-1) ?? '';
}

/** @returns {Promise<Machine>} */
async function thisMachine() {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  /** @param {string} program */
  const hasProgram = (program) => folders.some((folder) => folder !== '' && existsSync(path.join(folder, program)));
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((file) => existsSync(file)) ?? 'ldconfig';
  const { stdout } = await run(ldconfig, ['-p']);
  const libraries = new Set([...stdout.matchAll(/^\s+(\S+) \(/gm)].map(([, name]) => name));
  return { hasProgram, hasFile: existsSync, hasLibrary: (library) => libraries.has(library) };
}

/**
 * Why Chromium's sandbox cannot start for a normal user, with the command that mends it; null when nothing speaks
 * against it.
 * @param {string} executable Electron's.
 * @param {(file: string) => string | null} [read] Content of a file under /proc.
 * @returns {SetupFailure | null}
 */
export function sandboxObstacle(executable, read = readOrNull) {
  const forbidden =
    read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')?.trim() === '1' ||
    read('/proc/sys/kernel/unprivileged_userns_clone')?.trim() === '0';
  if (!forbidden) return null;
  const helper = path.join(path.dirname(executable), 'chrome-sandbox');
  return new SetupFailure(
    'This system keeps normal users from making the sandbox that the window runs in.',
    `sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`,
  );
}

/** @param {string} file */
function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === import.meta.filename) {
  const reporter = createReporter();
  try {
    await ensureDebianPackages(['compiler', 'window', 'display', 'data'], reporter);
    reporter.say('Debian packages: all there');
  } catch (error) {
    reporter.say(describeFailure(error));
    process.exitCode = 1;
  }
}
