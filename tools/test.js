/**
 * `npm test`: sets up, builds, and runs every step, whatever came of the one before; the last line is
 * `N passed, N failed`. `npm test -- unit ui` runs only those steps.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ensureDebianPackages } from './debian.js';
import { makePackages } from './packaging/make.js';
import { ensureBuilt } from './setup/build.js';
import { describeFailure } from '../src-main/runtime/failure.js';
import { ensureRuntimes, summarize } from './setup/install.js';
import { ensureNode24 } from './setup/node24.js';
import { ROOT } from './setup/pins.js';
import { createReporter } from '../src-main/runtime/reporter.js';
import { run } from '../src-main/runtime/run.js';
import { appEnvironment } from './setup/window.js';
import { countCheck, judge, summarizeSteps } from './testing/counts.js';
import { allSteps, selectSteps } from './testing/steps.js';

const reporter = createReporter();

/** @type {Record<import('./testing/steps.js').Need, () => Promise<void>>} */
const PREPARATIONS = {
  packages: () => ensureDebianPackages(['window', 'display', 'data'], reporter),
  runtimes: async () => {
    const { manifest, failures } = await ensureRuntimes(reporter);
    if (failures.length > 0) throw failures[0];
    reporter.say(`Runtimes: ${summarize(manifest)}`);
  },
  node24: () => ensureNode24(reporter),
  build: () => ensureBuilt(reporter),
  installer: async () => void (await makePackages(['deb'], reporter)),
};

/**
 * Brings what the steps need; a preparation that fails counts as one failed, and the steps run all the same.
 * @param {readonly import('./testing/steps.js').Step[]} steps
 */
async function prepare(steps) {
  /** @type {import('./testing/counts.js').StepResult[]} */
  const results = [];
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  for (const name of /** @type {const} */ (['packages', 'runtimes', 'node24', 'build', 'installer'])) {
    if (!needed.has(name)) continue;
    const start = performance.now();
    try {
      await PREPARATIONS[name]();
    } catch (error) {
      reporter.say(describeFailure(error));
      const seconds = (performance.now() - start) / 1000;
      results.push({ name, counts: countCheck(false), seconds, note: error instanceof Error ? error.message : '' });
    }
  }
  return results;
}

/**
 * @param {import('./testing/steps.js').Step} step
 * @param {string} folder For its report.
 * @returns {Promise<import('./testing/counts.js').StepResult>}
 */
async function runStep(step, folder) {
  const start = performance.now();
  const report = path.join(folder, `${step.name.replace(':', '-')}.json`);
  const { command, args, env } = step.program(report);
  reporter.say(`\n--- ${step.name}`);
  const outcome = await run(command, args, {
    cwd: ROOT,
    env: appEnvironment(env),
    inherit: true,
    timeoutMs: step.minutes * 60_000,
  });
  if (outcome.stderr !== '') reporter.say(outcome.stderr);
  const seconds = (performance.now() - start) / 1000;
  const { count, name } = step;
  if (count === undefined) {
    return {
      name,
      counts: countCheck(outcome.status === 0),
      seconds,
      note: outcome.timedOut ? 'time limit reached' : '',
    };
  }
  const counts = await readFile(report, 'utf8').then(count, () => null);
  return { name, seconds, ...judge(counts, outcome) };
}

/** @param {readonly import('./testing/steps.js').Step[]} steps */
async function runSteps(steps) {
  const folder = await mkdtemp(path.join(tmpdir(), 'denselab-test-'));
  try {
    const results = await prepare(steps);
    for (const step of steps) results.push(await runStep(step, folder));
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  const { text, failed } = summarizeSteps(await runSteps(selectSteps(allSteps(), process.argv.slice(2))));
  process.exitCode = failed ? 1 : 0;
  console.log(text);
} catch (error) {
  process.exitCode = 1;
  console.log(`${error instanceof RangeError ? error.message : describeFailure(error)}\n0 passed, 1 failed`);
}
