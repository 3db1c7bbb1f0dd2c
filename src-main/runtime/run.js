/** Runs other programs, each in a process group of its own, so that nothing survives a time limit or Ctrl-C. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @typedef {object} Outcome
 * @property {number | null} status Exit status; null after a signal, or when the program could not be started.
 * @property {NodeJS.Signals | null} signal
 * @property {boolean} timedOut
 * @property {string} stdout Empty when the output was inherited.
 * @property {string} stderr
 */

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [inherit] Let the program write to our own stdout and stderr.
 * @property {number} [timeoutMs]
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
/** How long output may still arrive after the end of a program. */
const PIPE_GRACE_MS = 2_000;
/** @type {readonly NodeJS.Signals[]} */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end. Never rejects: a program that cannot be started has status null and says why in `stderr`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const output = options.inherit === true ? 'inherit' : 'pipe';
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', output, output],
      detached: process.platform !== 'win32',
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stderr += text;
    });
    remember(child);
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            killGroup(child);
          }, options.timeoutMs);
    /**
     * @param {number | null} status
     * @param {NodeJS.Signals | null} signal
     */
    const finish = (status, signal) => {
      clearTimeout(timer);
      forget(child);
      resolve({ status, signal, timedOut, stdout, stderr });
    };
    child.once('error', (error) => {
      stderr += error.message;
      finish(null, null);
    });
    // The pipes close when all that the program started has ended; what left its group must not keep us waiting.
    child.once('exit', (status, signal) => {
      killGroup(child);
      setTimeout(finish, PIPE_GRACE_MS, status, signal).unref();
    });
    child.once('close', finish);
  });
}

/**
 * Ends a child and everything that it started.
 * @param {import('node:child_process').ChildProcess} child
 */
function killGroup(child) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function remember(child) {
  if (running.size === 0) for (const signal of ENDING) process.on(signal, endAll);
  running.add(child);
}

/** @param {import('node:child_process').ChildProcess} child */
function forget(child) {
  running.delete(child);
  if (running.size === 0) for (const signal of ENDING) process.off(signal, endAll);
}

/** @param {NodeJS.Signals} signal */
function endAll(signal) {
  for (const child of running) killGroup(child);
  process.exit(128 + constants.signals[signal]);
}
