/**
 * `npm run -s lab -- ARGUMENTS`: the command line, `denselab` in a checkout. Sets up and builds first, quietly, with
 * progress on stderr only; then becomes the program: same process, so signals, terminal and exit status are its own.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { ensureBuilt } from './setup/build.js';
import { cacheDirectory } from '../src-main/runtime/cache.js';
import { describeFailure } from '../src-main/runtime/failure.js';
import { ensureRuntimes } from './setup/install.js';
import { ROOT } from './setup/pins.js';
import { createReporter } from '../src-main/runtime/reporter.js';

const reporter = createReporter();

/** @returns {Promise<boolean>} Whether the program is there to run. */
async function prepare() {
  try {
    const { failures } = await ensureRuntimes(reporter, { parts: ['tensorflow', 'kernels', 'images', 'sqlite'] });
    // The program goes on without them: `doctor` tells what is missing, and the others name what they lack.
    for (const failure of failures) reporter.say(describeFailure(failure));
    await ensureBuilt(reporter);
    return true;
  } catch (error) {
    reporter.say(describeFailure(error));
    return false;
  }
}

if (await prepare()) {
  const program = path.join(ROOT, 'out', 'main', 'cli.cjs');
  process.env.DENSELAB_CACHE = cacheDirectory();
  process.argv[1] = program;
  // npm runs scripts in the project; paths are meant from where the person stands.
  if (process.env.npm_lifecycle_event === 'lab' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  await import(pathToFileURL(program).href);
} else {
  process.exitCode = 1;
}
