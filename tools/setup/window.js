/** What the tools that open the window share: its Electron, its libraries, its display. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { ensureDebianPackages, sandboxObstacle } from '../debian.js';
import { cacheDirectory } from '../../src-main/runtime/cache.js';
import { SetupFailure, describeFailure } from '../../src-main/runtime/failure.js';
import { ensureRuntimes, summarize } from './install.js';
import { ROOT } from './pins.js';

/**
 * Whether a window can be shown.
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(environment = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/**
 * @param {string} command What the caller is, such as `npm start`.
 * @throws {SetupFailure} Without a display; names the two ways on.
 */
export function requireDisplay(command) {
  if (hasDisplay()) return;
  throw new SetupFailure(
    'There is no display to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set).',
    `xvfb-run -a ${command}   (a display in memory), or npm run -s lab -- --help   (the command line)`,
  );
}

/** Chromium refuses its sandbox to root. */
export const isRoot = process.getuid?.() === 0;

/**
 * Everything that the window needs, except the build.
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @returns {Promise<string>} Electron's executable.
 * @throws {SetupFailure}
 */
export async function prepareWindow(reporter) {
  const { manifest, failures } = await ensureRuntimes(reporter);
  for (const failure of failures) reporter.say(describeFailure(failure));
  // A window without TensorFlow still shows what is missing and how to mend it; without Electron there is none.
  if (manifest.electron === null)
    throw new SetupFailure('There is no Electron to open the window with.', 'npm run setup');
  reporter.say(`Runtimes: ${summarize(manifest)}`);
  await ensureDebianPackages(['window'], reporter);
  const obstacle = isRoot ? null : sandboxObstacle(manifest.electron.executable);
  if (obstacle !== null) throw obstacle;
  return manifest.electron.executable;
}

/**
 * Environment of the app: the same cache folder as ours.
 * @param {NodeJS.ProcessEnv} [extra]
 */
export function appEnvironment(extra = {}) {
  return { ...process.env, DENSELAB_CACHE: cacheDirectory(), ...extra };
}

/**
 * Runs a program in the foreground and becomes it: same terminal, signals handed on, same exit status.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} Exit status; 128 and the signal's number after a signal.
 */
export function runForeground(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: ROOT, env, stdio: 'inherit' });
    /** @param {NodeJS.Signals} signal */
    const handOn = (signal) => child.kill(signal);
    // Ctrl-C reaches the child by itself, being in the terminal's foreground group; a second one would hurry it.
    const onInterrupt = () => {
      if (!process.stdin.isTTY) child.kill('SIGINT');
    };
    process.on('SIGINT', onInterrupt).on('SIGTERM', handOn).on('SIGHUP', handOn);
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]));
  });
}
