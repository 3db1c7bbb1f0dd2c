/**
 * `npm run bench -- store`: makes a store of 2,000 runs and 50 million steps in a temporary folder (2 to 3 GB, minutes), and measures
 * how long it takes to open, to list, to compare 50 runs of 100,000 steps, and to add steps. Fails when a promise is broken. Writes
 * docs/figures/store.json and store.md. With a folder as argument the store is made there, kept, and used again.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewComparison } from '../../src-main/comparison/view.ts';
import { createRandom } from '../../src-main/datasets/random.ts';
import { databasePath, sqliteVersion } from '../../src-main/runs/database.ts';
import { openRunStore, type RunStore } from '../../src-main/runs/store.ts';
import { buildRun, buildStep, SQLITE, started, steps } from '../support/runs.ts';
import { EPOCHS, makeRuns } from './manyRuns.ts';

const RUNS = 2_000;
const LONG_RUNS = 50;
const LONG_STEPS = 100_000;
const POINTS = 50_000_000;
const SHORT_STEPS = Math.ceil((POINTS - LONG_RUNS * LONG_STEPS) / (RUNS - LONG_RUNS));
/** Seconds that are promised. */
const PROMISED = 1;
const REPEATS = 5;

interface Figure {
  readonly what: string;
  /** The first time in a process, and the median of the times after it. */
  readonly firstSeconds: number;
  readonly againSeconds: number;
  readonly promisedSeconds: number | null;
}

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function measure(what: string, promisedSeconds: number | null, work: () => void): Figure {
  const [firstSeconds = 0, ...again] = Array.from({ length: REPEATS + 1 }, () => seconds(work));
  again.sort((one, other) => one - other);
  return { what, firstSeconds, againSeconds: again[Math.floor(again.length / 2)] ?? 0, promisedSeconds };
}

function measureStore(home: string): readonly Figure[] {
  const ids = Array.from({ length: LONG_RUNS }, (_, index) => index + 1);
  const open = measure('open the store, and list 2,000 runs', PROMISED, () => {
    const store = openRunStore(home, SQLITE);
    if (store.list().length !== RUNS) throw new Error('runs are missing');
    store.close();
  });
  const store: RunStore = openRunStore(home, SQLITE);
  const compare = measure('compare 50 runs of 100,000 steps', PROMISED, () => {
    const random = createRandom(1);
    viewComparison(ids, store, () => random.uniform());
  });
  const list = measure('list 2,000 runs of an open store', null, () => store.list());
  const curve = measure('the curves of one run of 100,000 steps', null, () => store.curves(1));
  const { id } = store.create(buildRun());
  store.recordEvent(id, started());
  let step = 0;
  const add = measure('write a second of a run that trains (50 steps)', null, () => {
    store.recordEvent(id, steps(...Array.from({ length: 50 }, () => buildStep(++step))));
    store.recordEvent(id, { event: 'evaluating', epoch: 1 });
  });
  store.recordEvent(id, { event: 'stopped', epoch: 1, step });
  store.setAside(id);
  store.purgeSetAside();
  store.close();
  return [open, compare, list, curve, add];
}

function table(figures: readonly Figure[], gigabytes: number): string {
  const text = (value: number): string => (value < 0.1 ? `${(1000 * value).toFixed(1)} ms` : `${value.toFixed(2)} s`);
  return [
    '# A large store of runs',
    '',
    `Written by \`npm run bench -- store\`: ${RUNS.toLocaleString('en')} runs of ${String(EPOCHS)} epochs, 50 million steps with loss, rate and ` +
      `gradient norm, ${gigabytes.toFixed(1)} GB, SQLite ${sqliteVersion(SQLITE)}, ${String(cpus().length)} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}.`,
    '',
    '| | the first time | again, median | promised |',
    '|---|--:|--:|--:|',
    ...figures.map(({ what, firstSeconds, againSeconds, promisedSeconds }) => {
      const promised = promisedSeconds === null ? '' : `under ${text(promisedSeconds)}`;
      return `| ${what} | ${text(firstSeconds)} | ${text(againSeconds)} | ${promised} |`;
    }),
    '',
  ].join('\n');
}

const kept = process.argv[2];
const home = kept ?? mkdtempSync(join(tmpdir(), 'denselab-store-'));
try {
  if (!existsSync(databasePath(home)))
    console.error(
      `made in ${seconds(() => makeRuns(home, RUNS, (run) => (run <= LONG_RUNS ? LONG_STEPS : SHORT_STEPS))).toFixed(0)} s`,
    );
  const figures = measureStore(home);
  const gigabytes = statSync(databasePath(home)).size / 1e9;
  mkdirSync('docs/figures', { recursive: true });
  writeFileSync('docs/figures/store.json', `${JSON.stringify({ gigabytes, figures }, null, 2)}\n`);
  writeFileSync('docs/figures/store.md', table(figures, gigabytes));
  console.log(table(figures, gigabytes));
  for (const { what, firstSeconds, promisedSeconds } of figures) {
    if (promisedSeconds === null || firstSeconds < promisedSeconds) continue;
    console.error(
      `bench: to ${what} took ${firstSeconds.toFixed(2)} s, and ${promisedSeconds.toFixed(0)} s are promised`,
    );
    process.exitCode = 1;
  }
} finally {
  if (kept === undefined) rmSync(home, { recursive: true, force: true });
}
