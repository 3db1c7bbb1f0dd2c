/**
 * `npm run bench [-- --peers] [rounds] [our steps] [their steps]`: every contender in turn, each time in a new process. Writes
 * docs/figures/bench.json and bench.md, and fails when what is promised does not hold. With `--peers`, DENSELAB_BENCH_PYTHON
 * names a Python that has them (tools/bench.js sets it).
 */

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ALLOCATION } from '../../src-main/trainer/job.ts';
import { PEER_ENTRIES, QUICK_ENTRIES, type Entry, type Precision } from './contenders.ts';
import { brokenPromises, describeMachine, summarise, toMarkdown } from './figures.ts';
import type { Figures } from './figures.ts';
import { goalsOf, missedGoals } from './goals.ts';
import type { Rates } from './rates.ts';
import type { WorkerShare, WorkerTask } from './worker.ts';
import type { Measurement } from './workload.ts';

const withPeers = process.argv.includes('--peers');
const numbers = process.argv.slice(2).filter((argument) => argument !== '--peers');
const [rounds = withPeers ? 3 : 5, ourSteps = 10, theirSteps = 2] = numbers.map(Number);
const FIGURES = join(process.cwd(), 'docs', 'figures');
const PEERS = join(process.cwd(), 'tests', 'bench', 'peers');
/** A step of seconds on a busy machine must not be taken for a hang. */
const PATIENCE = 600_000;
/** Steps of the real trainer. */
const WORKER_STEPS = 30;

/** Runs a program to its end and reads the JSON that it prints last. */
async function ask<T>(program: Entry['program'], task: unknown, environment: Entry['environment']): Promise<T> {
  const cores = String(os.cpus().length);
  const python = process.env['DENSELAB_BENCH_PYTHON'] ?? 'python3';
  const [command, file, threads] =
    program.kind === 'node'
      ? [
          process.execPath,
          join(import.meta.dirname, program.file),
          { TF_NUM_INTRAOP_THREADS: cores, TF_NUM_INTEROP_THREADS: cores },
        ]
      : [python, join(PEERS, program.file), { PYTHONDONTWRITEBYTECODE: '1' }];
  const { stdout } = await promisify(execFile)(command, [file, JSON.stringify(task)], {
    env: { ...process.env, ...environment, ...threads, TF_CPP_MIN_LOG_LEVEL: '2' },
    timeout: PATIENCE,
    maxBuffer: 1e7,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

function contend({ program, network, task, steps, settings, environment }: Entry): Promise<Measurement> {
  const count = steps === 'ours' ? ourSteps : steps === 'theirs' ? theirSteps : steps;
  return ask(program, { ...settings, network, task, steps: count }, environment);
}

/** All entries, round after round. */
async function measureAll(entries: readonly Entry[]): Promise<ReadonlyMap<string, readonly Measurement[]>> {
  const measured = new Map<string, Measurement[]>(entries.map(({ id }) => [id, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const entry of entries) {
      if (round > (entry.rounds ?? rounds)) continue;
      const measurement = await contend(entry);
      measured.get(entry.id)?.push(measurement);
      const fastest = Math.min(...measurement.milliseconds).toFixed(0);
      console.error(`round ${String(round)} of ${String(rounds)}: ${entry.id} ${fastest} ms`);
    }
  }
  return measured;
}

async function measureGround(): Promise<Pick<Figures, 'rates' | 'worker'>> {
  if (!withPeers) return { rates: null, worker: null };
  const program = (file: string): Entry['program'] => ({ kind: 'node', file });
  const rates = await ask<Rates>(program('rates.cjs'), {}, ALLOCATION);
  const shareOf = (precision: Precision) => {
    const task: WorkerTask = { network: 'bc40', task: 'train', steps: WORKER_STEPS, precision };
    return ask<WorkerShare>(program('worker.cjs'), task, ALLOCATION);
  };
  return { rates, worker: { float32: await shareOf('float32'), bfloat16: await shareOf('bfloat16') } };
}

async function main(): Promise<void> {
  const before = os.loadavg()[0] ?? NaN;
  const entries = withPeers ? PEER_ENTRIES : QUICK_ENTRIES;
  const measured = await measureAll(entries);
  const ground = await measureGround();
  const contenders = entries.map((entry) => summarise(entry, measured.get(entry.id) ?? []));
  const figures: Figures = {
    measuredAt: new Date().toISOString(),
    machine: describeMachine(before),
    contenders,
    ...ground,
    goals: withPeers ? goalsOf({ contenders, ...ground }) : [],
  };
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(join(FIGURES, 'bench.json'), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(FIGURES, 'bench.md'), toMarkdown(figures));
  console.log(toMarkdown(figures));
  for (const line of [...brokenPromises(figures), ...missedGoals(figures.goals)]) {
    console.error(`bench: ${line}`);
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
