/** Compiles the native addons with the C++ compiler of the machine. */
import { ensureDebianPackages } from '../debian.js';
import { SetupFailure } from '../../src-main/runtime/failure.js';
import { run } from '../../src-main/runtime/run.js';

/** @type {Promise<string> | undefined} */
let compiler;

/**
 * The command of a working C++ compiler; on Debian, as root, it is installed when there is none. Two callers at once
 * share one search, because two apt-gets would lock each other out.
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @returns {Promise<string>}
 * @throws {SetupFailure} When there is none.
 */
export function findCompiler(reporter) {
  compiler ??= searchCompiler(reporter);
  return compiler;
}

/**
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @returns {Promise<string>}
 */
async function searchCompiler(reporter) {
  const found = await firstWorking();
  if (found !== null) return found;
  if (process.platform === 'darwin') {
    throw new SetupFailure('No C++ compiler was found.', 'Install one with: xcode-select --install');
  }
  await ensureDebianPackages(['compiler'], reporter);
  const installed = await firstWorking();
  if (installed === null) throw new SetupFailure('No C++ compiler was found.', 'Install g++, then: npm run setup');
  return installed;
}

/** @returns {Promise<string | null>} */
async function firstWorking() {
  const usual = process.platform === 'darwin' ? ['clang++', 'g++'] : ['g++', 'clang++'];
  for (const command of process.env.CXX ? [process.env.CXX] : usual) {
    if ((await run(command, ['--version'])).status === 0) return command;
  }
  return null;
}

/**
 * Runs the compiler.
 * @param {string} compiler
 * @param {readonly string[]} args
 * @param {string} what Named when it fails.
 */
export async function compile(compiler, args, what) {
  const outcome = await run(compiler, args, { timeoutMs: 15 * 60_000 });
  if (outcome.status === 0) return;
  throw new SetupFailure(
    `${what} could not be compiled with ${compiler}${outcome.timedOut ? ' within 15 minutes' : ''}.`,
    'Install a C++20 compiler (g++ 11 or newer), then: npm run setup',
    outcome.stderr,
  );
}

/** Flags that make a shared library of an addon whose Node-API symbols come from the program that loads it. */
export const ADDON_FLAGS =
  process.platform === 'darwin' ? ['-shared', '-fPIC', '-undefined', 'dynamic_lookup'] : ['-shared', '-fPIC'];

/**
 * Runs a piece of JavaScript that loads a new addon in a Node of its own, and returns what it prints.
 * @param {string} script
 * @param {readonly string[]} args
 * @param {string} what Named when it fails.
 */
export async function tryAddon(script, args, what) {
  const outcome = await run(process.execPath, ['-e', script, ...args], { timeoutMs: 120_000 });
  if (outcome.status === 0) return outcome.stdout.trim();
  const cause =
    outcome.signal === 'SIGILL' ? 'this processor lacks instructions that it needs (AVX)' : 'it does not load';
  throw new SetupFailure(
    `${what} was built, but ${cause}.`,
    'Run npm run setup again, and report it with the lines above if it stays.',
    outcome.stderr,
  );
}
