/**
 * `npm run package [-- dir tar.gz deb ...]`: sets up, builds, and makes installers of this system into `release/`. Without
 * names, all that can be made on it.
 */
import path from 'node:path';

import { makePackages } from './packaging/make.js';
import { describeFailure } from '../src-main/runtime/failure.js';
import { ROOT } from './setup/pins.js';
import { createReporter, secondsSince } from '../src-main/runtime/reporter.js';

/** AppImage needs tools that electron-builder downloads; it is asked for by name. */
const USUAL = new Map([
  ['linux', ['dir', 'tar.gz', 'deb']],
  ['darwin', ['dmg']],
  ['win32', ['nsis']],
]);

const reporter = createReporter();
try {
  const start = performance.now();
  const named = process.argv.slice(2);
  const made = await makePackages(named.length > 0 ? named : (USUAL.get(process.platform) ?? ['dir']), reporter);
  for (const file of made) reporter.say(`Made ${path.relative(ROOT, file)} (${secondsSince(start)})`);
} catch (error) {
  reporter.say(describeFailure(error));
  process.exitCode = 1;
}
