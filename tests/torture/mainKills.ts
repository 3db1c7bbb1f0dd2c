/** The main process (the command line, which owns the folder as the window does) is killed; its runs are resumed by the next. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '../../src-main/datasets/random.ts';
import { runDirectory } from '../../src-main/runs/directory.ts';
import { openRunStoreReadOnly } from '../../src-main/runs/reader.ts';
import { readCheckpoint } from '../../src-main/trainer/checkpoint.ts';
import { runCommand, startCommand } from '../support/commandLine.ts';
import { childrenOf, isAlive } from '../support/processes.ts';
import { SQLITE, temporaryHome } from '../support/runs.ts';
import { TINY_MODEL } from '../support/trainer/jobs.ts';
import type { KillReport } from './report.ts';

const KILLS_PER_RUN = 6;
/** Seconds in which a worker must notice that its owner is gone. */
const ORPHAN_SECONDS = 5;

/** Kills main `kills` times. */
export async function killMain(kills: number, seed: number, tell: (text: string) => void): Promise<KillReport> {
  const { home, remove } = temporaryHome();
  const random = createRandom(seed);
  const report = { victim: 'main', kills: 0, runs: 0, lostEpochs: 0, differentRuns: 0 };
  try {
    const model = path.join(home, 'tiny.json');
    writeFileSync(model, JSON.stringify(TINY_MODEL));
    const added = await runCommand(home, ['datasets', 'add', 'sample:shapes', '--name', 'shapes']);
    if (added.status !== 0) throw new Error(added.stderr);
    const training = [
      'train',
      '--dataset',
      'shapes',
      '--model',
      model,
      '--limit',
      '64',
      '--batch',
      '16',
      '--epochs',
      '60',
    ];
    const command = [...training, '--seed', '5', '--checkpoint-steps', '3', '--json'];
    const whole = await runCommand(home, command);
    if (whole.status !== 0) throw new Error(whole.stderr);
    const uninterrupted = remains(home, Number(whole.events[0]?.['run']));
    while (report.kills < kills) {
      let run: number | null = null;
      for (let kill = 0; kill <= KILLS_PER_RUN; kill++) {
        const isLast = kill === KILLS_PER_RUN || report.kills >= kills;
        const words: string[] = run === null ? command : ['resume', String(run), '--json'];
        const call = startCommand(home, words);
        if (!isLast) {
          // The run must be there, or nothing goes on.
          await call.printed(run === null ? '"event":"preparing"' : '"event"');
          const workers = childrenOf(call.child.pid ?? 0);
          await sleep(random.below(2500));
          call.child.kill('SIGKILL');
          await waitForEnd(workers);
        }
        const { events, stderr } = await call.ended;
        run ??= Number(events[0]?.['run']);
        if (Number.isNaN(run)) throw new Error(`no run was created: ${stderr}`);
        const told = events.filter(({ event }) => event === 'epoch').length;
        const { status, epochsDone } = shown(home, run);
        if (!isLast && status !== 'finished') {
          report.kills++;
          if (epochsDone < told) report.lostEpochs++;
        }
        if (status === 'finished') break;
      }
      report.runs++;
      if (run === null || !isDeepStrictEqual(remains(home, run), uninterrupted)) report.differentRuns++;
      tell(`main: ${String(report.kills)} of ${String(kills)} kills`);
    }
    return report;
  } finally {
    remove();
  }
}

/** @throws where a worker outlives its owner for too long (hazard 56). */
async function waitForEnd(workers: readonly number[]): Promise<void> {
  const end = Date.now() + ORPHAN_SECONDS * 1000;
  while (workers.some(isAlive)) {
    if (Date.now() > end) throw new Error(`a worker outlived its owner by ${String(ORPHAN_SECONDS)} s`);
    await sleep(20);
  }
}

function shown(home: string, run: number) {
  const store = openRunStoreReadOnly(home, SQLITE);
  try {
    return store.show(run);
  } finally {
    store.close();
  }
}

/** What repeats exactly: every step, every epoch's losses, the result, and the weights at the end. */
function remains(home: string, run: number) {
  const store = openRunStoreReadOnly(home, SQLITE);
  try {
    const { status, test, checkpoints } = store.show(run);
    const { steps, epochs } = store.curves(run, 1_000_000);
    const newest = [...checkpoints].sort((one, other) => other.step - one.step)[0];
    if (newest === undefined) throw new Error('a finished run has a checkpoint');
    const { tensors } = readCheckpoint(path.join(runDirectory(home, run), newest.file), newest.sha256);
    return {
      status,
      test,
      steps,
      epochs: epochs.map(({ epoch, step, train, heldOut }) => ({ epoch, step, train, heldOut })),
      weights: tensors.map(({ name, data }) => [name, Buffer.from(data.buffer).toString('base64')]),
    };
  } finally {
    store.close();
  }
}
