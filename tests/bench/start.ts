/**
 * `npm run bench -- start`: how long the built window takes from the start of its process until its lists can be used, with no runs and
 * with 2,000. Writes docs/figures/start.json and start.md, and fails when the promise is broken.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { cacheDirectory, readManifest } from '../../src-main/tensorflow/locate.ts';
import { describeMachine } from './figures.ts';
import { makeRuns } from './manyRuns.ts';

const RUNS = 2_000;
const STEPS_PER_RUN = 300;
const ROUNDS = 7;
/** Seconds that are promised for a start with all runs. */
const PROMISED = 1.5;
const PATIENCE = 60_000;

interface StartFigure {
  readonly what: string;
  /** The first start of the round, and the median of all. */
  readonly firstSeconds: number;
  readonly seconds: number;
  /** Until something is painted; the median. */
  readonly paintSeconds: number;
}

/** One start: seconds from the process's to the first paint, and until the lists are shown. */
async function start(executable: string, home: string): Promise<{ paint: number; interactive: number }> {
  const isRoot = process.getuid?.() === 0;
  const args = [...(isRoot ? ['--no-sandbox'] : []), '--remote-debugging-port=0', process.cwd(), '--home', home];
  const before = Date.now();
  const child = spawn(executable, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let output = '';
      const timer = setTimeout(() => reject(new Error(`the window did not start: ${output}`)), PATIENCE);
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
        const found = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      });
    });
    const browser = await chromium.connectOverCDP(address, { noDefaults: true });
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (page === undefined) throw new Error('the app has no window');
    await page.waitForFunction(
      () => ['interactive', 'first-contentful-paint'].every((name) => performance.getEntriesByName(name).length > 0),
      null,
      {
        timeout: PATIENCE,
      },
    );
    const times = await page.evaluate(() => ({
      origin: performance.timeOrigin,
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
      interactive: performance.getEntriesByName('interactive')[0]?.startTime ?? NaN,
    }));
    const since = (time: number): number => (times.origin + time - before) / 1000;
    return { paint: since(times.paint), interactive: since(Math.max(times.interactive, times.paint)) };
  } finally {
    child.kill();
    await exited;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

async function measure(what: string, executable: string, home: string): Promise<StartFigure> {
  const starts = [];
  for (let round = 0; round < ROUNDS; round++) starts.push(await start(executable, home));
  return {
    what,
    firstSeconds: starts[0]?.interactive ?? NaN,
    seconds: median(starts.map(({ interactive }) => interactive)),
    paintSeconds: median(starts.map(({ paint }) => paint)),
  };
}

async function main(): Promise<void> {
  const executable = readManifest(cacheDirectory()).electron?.executable;
  if (executable === undefined) throw new Error('no Electron: run `npm run setup`');
  const machine = describeMachine(os.loadavg()[0] ?? NaN);
  const root = mkdtempSync(join(os.tmpdir(), 'denselab-start-'));
  try {
    const full = join(root, 'full');
    makeRuns(full, RUNS, () => STEPS_PER_RUN);
    const figures = [
      await measure('no runs', executable, join(root, 'empty')),
      await measure(`${RUNS.toLocaleString('en')} runs`, executable, full),
    ];
    const markdown = [
      '# Start of the window',
      '',
      `Written by \`npm run bench -- start\`: seconds from the start of the process, the median of ${String(ROUNDS)} starts; ` +
        `${String(machine.cores)} cores of ${machine.processor}. Lists can be used before the engine has been checked.`,
      '',
      '| | painted | lists can be used | the first time |',
      '|---|--:|--:|--:|',
      ...figures.map(
        ({ what, paintSeconds, seconds, firstSeconds }) =>
          `| ${what} | ${paintSeconds.toFixed(2)} | ${seconds.toFixed(2)} | ${firstSeconds.toFixed(2)} |`,
      ),
      '',
    ].join('\n');
    mkdirSync('docs/figures', { recursive: true });
    writeFileSync('docs/figures/start.json', `${JSON.stringify({ machine, figures }, null, 2)}\n`);
    writeFileSync('docs/figures/start.md', markdown);
    console.log(markdown);
    for (const { what, seconds } of figures) {
      if (seconds < PROMISED) continue;
      console.error(
        `bench: with ${what} the window took ${seconds.toFixed(2)} s, and ${String(PROMISED)} s are promised`,
      );
      process.exitCode = 1;
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
