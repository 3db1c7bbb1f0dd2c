/**
 * `npm run torture [-- KILLS [SEED]]`: kills the worker and the main process at seeded random moments (tests/torture) and looks whether
 * anything is lost. Half of the kills each; 1,000 take an hour or two. Writes docs/figures/torture.md.
 */
import path from 'node:path';

import { cacheDirectory } from '../src-main/runtime/cache.js';
import { describeFailure, SetupFailure } from '../src-main/runtime/failure.js';
import { createReporter } from '../src-main/runtime/reporter.js';
import { ensureBuilt } from './setup/build.js';
import { ensureRuntimes } from './setup/install.js';
import { PACKAGES } from './setup/pins.js';
import { runForeground } from './setup/window.js';

const reporter = createReporter();
const [kills = '1000', seed = '1'] = process.argv.slice(2);

try {
  if (!/^\d+$/.test(kills) || !/^\d+$/.test(seed) || Number(kills) < 2) {
    throw new SetupFailure('KILLS and SEED are whole numbers, with two kills at least.', 'npm run torture -- 50 7');
  }
  const { failures } = await ensureRuntimes(reporter, { parts: ['tensorflow', 'kernels', 'sqlite'] });
  if (failures[0]) throw failures[0];
  await ensureBuilt(reporter);
  const vitest = [
    path.join(PACKAGES, 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'torture',
    '--disable-console-intercept',
  ];
  process.exitCode = await runForeground(process.execPath, vitest, {
    ...process.env,
    DENSELAB_CACHE: cacheDirectory(),
    DENSELAB_KILLS: kills,
    DENSELAB_SEED: seed,
  });
} catch (error) {
  reporter.say(describeFailure(error));
  process.exitCode = 1;
}
