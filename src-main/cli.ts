/** Composition root of the command line: the same parts as the desktop app's, without a window. */

import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { duplicateFinder } from './analyst/asking.ts';
import { onInterrupt, tolerateClosedOutput } from './cli/interrupt.ts';
import { runCommandLine } from './cli/main.ts';
import { forkedSpawn } from './cli/spawn.ts';
import { openDatasetStore } from './datasets/store.ts';
import { openDecoderPool } from './decoder/pool.ts';
import { reportEngine } from './experiments/engine.ts';
import { defaultHome } from './process/home.ts';
import { takeOwnership } from './runs/ownership.ts';
import { openRunStoreReadOnly } from './runs/reader.ts';
import { openRunStore } from './runs/store.ts';
import { cacheDirectory, locateSqlite } from './tensorflow/locate.ts';

const bundles = import.meta.dirname;
const spawn = forkedSpawn(bundles);
/** Asked for when it is needed: `describe` and `doctor` work without any runtime. */
const sqlite = () => ({ nativeBinding: locateSqlite() });

/** The version in the package's own description. */
function readVersion(): string {
  const description: unknown = JSON.parse(readFileSync(path.join(bundles, '..', '..', 'package.json'), 'utf8'));
  const known = typeof description === 'object' && description !== null && 'version' in description;
  return known ? String(description.version) : 'unknown';
}

tolerateClosedOutput();
void runCommandLine(process.argv.slice(2), {
  streams: { out: process.stdout, err: process.stderr },
  defaultHome: defaultHome(),
  parts: {
    version: readVersion(),
    cacheDirectory: cacheDirectory(),
    cores: os.cpus().length,
    spawn,
    onInterrupt,
    openDatasets: (home) =>
      openDatasetStore(home, { decoder: openDecoderPool({ spawn }), findDuplicates: duplicateFinder(spawn) }),
    takeOwnership: (home) => takeOwnership(home, sqlite()),
    openRuns: (home) => openRunStore(home, sqlite()),
    readRuns: (home) => openRunStoreReadOnly(home, sqlite()),
    engineReport: (home) => reportEngine({ home, spawn, sqlite }),
  },
}).then((status) => {
  process.exitCode = status;
});
