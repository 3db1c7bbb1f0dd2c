/** `npm run torture`: see tools/torture.js, which says how many kills and which seed. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { killMain } from './mainKills.ts';
import { tortureTable, type KillReport } from './report.ts';
import { killWorkers } from './workerKills.ts';

const KILLS = Number(process.env['DENSELAB_KILLS'] ?? 50);
const SEED = Number(process.env['DENSELAB_SEED'] ?? 1);
const tell = (text: string): void => console.error(text);

async function timed(work: () => Promise<KillReport>): Promise<KillReport & { seconds: number }> {
  const start = performance.now();
  return { ...(await work()), seconds: (performance.now() - start) / 1000 };
}

it(`loses no epoch in ${String(KILLS)} kills, and every run ends as one that was never killed`, async () => {
  const reports = [
    await timed(() => killWorkers(Math.ceil(KILLS / 2), SEED, tell)),
    await timed(() => killMain(Math.floor(KILLS / 2), SEED, tell)),
  ];
  const machine = `${String(cpus().length)} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}`;
  mkdirSync('docs/figures', { recursive: true });
  writeFileSync('docs/figures/torture.json', `${JSON.stringify({ seed: SEED, reports }, null, 2)}\n`);
  writeFileSync('docs/figures/torture.md', tortureTable(reports, SEED, machine));
  console.log(tortureTable(reports, SEED, machine));
  for (const { lostEpochs, differentRuns } of reports) expect([lostEpochs, differentRuns]).toEqual([0, 0]);
});
