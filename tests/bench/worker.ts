/**
 * What a step costs outside the session call: the real trainer on the generated sample, its events written to the real
 * database. Prints a `WorkerShare`. The database is in this process here and in the owner's in the app: the share is at most
 * this.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PAPER_RECIPE } from '../../src-main/contract/recipe.ts';
import type { TrainerEvent } from '../../src-main/contract/events.ts';
import { openDatasetStore } from '../../src-main/datasets/store.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { runDirectory } from '../../src-main/runs/directory.ts';
import { openRunStore } from '../../src-main/runs/store.ts';
import { cacheDirectory, locateSqlite } from '../../src-main/tensorflow/locate.ts';
import { DEFAULT_SAVING, type TrainingJob } from '../../src-main/trainer/job.ts';
import { TrainingLoop } from '../../src-main/trainer/loop.ts';
import { prepareTraining } from '../../src-main/trainer/prepare.ts';
import type { Precision } from './contenders.ts';
import { BATCH, CLASSES, specOf, type Task } from './workload.ts';

/** Wall time of training steps and the part that TensorFlow had, milliseconds; the first step is left out. */
export interface WorkerShare {
  readonly steps: number;
  readonly wallMilliseconds: number;
  readonly sessionMilliseconds: number;
}

const THREADS = Number(process.env['TF_NUM_INTRAOP_THREADS']);

/** A task in one precision. */
export interface WorkerTask extends Task {
  readonly precision: Precision;
}

async function measureShare(home: string, { network, steps, precision }: WorkerTask): Promise<WorkerShare> {
  const decoder = {
    open: () => {
      throw new Error('the sample needs no decoder');
    },
  };
  const datasets = await openDatasetStore(home, { decoder });
  const { signal } = new AbortController();
  const dataset = await datasets.import(
    { source: { kind: 'sample', sample: 'shapes' } },
    { signal, onProgress: () => undefined },
  );
  const model = specOf(network);
  const recipe = { ...PAPER_RECIPE, epochs: 1, batchSize: BATCH, limit: (steps + 1) * BATCH, precision };
  const runs = openRunStore(home, { nativeBinding: locateSqlite() });
  const { id, name, version, contentHash, classNames } = dataset;
  const plan = planModel(model, dataset, CLASSES);
  const run = runs.create({
    name: 'bench',
    dataset: { id, name, version, contentHash, classNames },
    heldOutSplit: 'test',
    model,
    modelTitle: network,
    parameters: plan.parameters,
    multiplyAdds: plan.multiplyAdds,
    recipe,
    stepsPerEpoch: steps + 1,
  });
  const job: TrainingJob = {
    runDirectory: runDirectory(home, run.id),
    datasetDirectory: datasets.directoryOf(id),
    cacheDirectory: cacheDirectory(),
    model,
    recipe,
    threads: { intraOp: THREADS, interOp: THREADS },
    denselab: 'bench',
    device: 'auto',
    saving: DEFAULT_SAVING,
    resume: null,
  };
  let wall = NaN;
  const emit = (event: TrainerEvent): void => {
    if (event.event === 'epoch') wall = event.metrics.trainSeconds * 1000;
    runs.recordEvent(run.id, event);
  };
  const prepared = await prepareTraining(job, emit, signal);
  const { session, compiled } = prepared;
  const calls: number[] = [];
  const timed: typeof session = {
    close: () => session.close(),
    run(feeds, fetches) {
      const start = performance.now();
      const results = session.run(feeds, fetches);
      if (fetches.includes(compiled.train.fetches.loss)) calls.push(performance.now() - start);
      return results;
    },
  };
  await new TrainingLoop({ ...prepared, session: timed }, emit, signal).run();
  runs.close();
  const later = calls.slice(1);
  return {
    steps: later.length,
    wallMilliseconds: wall,
    sessionMilliseconds: later.reduce((sum, milliseconds) => sum + milliseconds, 0),
  };
}

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'denselab-bench-'));
  try {
    const share = await measureShare(home, JSON.parse(process.argv[2] ?? '{}') as WorkerTask);
    process.stdout.write(JSON.stringify(share));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

void main();
