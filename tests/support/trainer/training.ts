/** Real trainings in real worker processes, for tests. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkedSpawn } from '../../../src-main/cli/spawn.ts';
import type { TrainerEnding, TrainerEvent } from '../../../src-main/contract/events.ts';
import type { TrainingRecipe } from '../../../src-main/contract/recipe.ts';
import { openDatasetStore } from '../../../src-main/datasets/store.ts';
import { cacheDirectory } from '../../../src-main/tensorflow/locate.ts';
import type { TrainingJob } from '../../../src-main/trainer/job.ts';
import { superviseTraining, type SupervisedTraining } from '../../../src-main/trainer/supervisor.ts';
import { buildJob } from './jobs.ts';
import { writePatterns } from './patterns.ts';

/** The built worker. */
export const WORKER = fileURLToPath(new URL('../../../out/main/worker.cjs', import.meta.url));

/** A data folder with a small dataset, and as many trainings on it as a test wants. */
export interface TrainingGround {
  /** Folder of a new run. */
  runDirectory(name: string): string;
  job(overrides?: Partial<TrainingJob>, recipe?: Partial<TrainingRecipe>): TrainingJob;
  /** Starts a training; `onEvent` may act on it. */
  start(job: TrainingJob, onEvent?: (event: TrainerEvent, training: SupervisedTraining) => void): StartedTraining;
  remove(): void;
}

/** A training and what it has told so far. */
export interface StartedTraining {
  readonly training: SupervisedTraining;
  readonly events: readonly TrainerEvent[];
  readonly done: Promise<TrainerEnding>;
}

/** Imports the patterns into a new temporary data folder. */
export async function openTrainingGround(): Promise<TrainingGround> {
  const home = mkdtempSync(join(tmpdir(), 'denselab-training-'));
  const decoder = {
    open: () => {
      throw new Error('IDX files need no decoder');
    },
  };
  const store = await openDatasetStore(home, { decoder });
  const source = join(home, 'patterns');
  writePatterns(source);
  const request = { source: { kind: 'paths', paths: [source] } } as const;
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const { id } = await store.import(request, options);
  const runDirectory = (name: string): string => join(home, 'runs', name);
  let jobs = 0;
  return {
    runDirectory,
    job: (overrides = {}, recipe = {}) => {
      const base = buildJob();
      return buildJob({
        runDirectory: runDirectory(String(++jobs)),
        datasetDirectory: store.directoryOf(id),
        cacheDirectory: cacheDirectory(),
        ...overrides,
        recipe: { ...base.recipe, ...recipe },
      });
    },
    start: (job, onEvent) => {
      const events: TrainerEvent[] = [];
      const training: SupervisedTraining = superviseTraining({
        job,
        spawn: forkedSpawn(dirname(WORKER)),
        onEvent: (event) => {
          events.push(event);
          onEvent?.(event, training);
        },
      });
      return { training, events, done: training.done };
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The events of one name. */
export function eventsOf<N extends TrainerEvent['event']>(
  events: readonly TrainerEvent[],
  name: N,
): readonly Extract<TrainerEvent, { readonly event: N }>[] {
  return events.filter((event): event is Extract<TrainerEvent, { readonly event: N }> => event.event === name);
}
