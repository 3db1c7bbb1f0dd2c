/** A data folder with the real stores, the real coordinator and real workers, for tests of whole runs. */

import { join, dirname } from 'node:path';
import type { ChildProcess } from '../../../src-main/contract/process.ts';
import type { RunEvent, TrainerEnding } from '../../../src-main/contract/events.ts';
import type { TrainingRecipe } from '../../../src-main/contract/recipe.ts';
import type { RunDetail, RunRequest } from '../../../src-main/contract/run.ts';
import { forkedSpawn } from '../../../src-main/cli/spawn.ts';
import { openDatasetStore } from '../../../src-main/datasets/store.ts';
import { RunCoordinator } from '../../../src-main/experiments/coordinator.ts';
import type { RateSearchParts } from '../../../src-main/experiments/findRate.ts';
import { runDirectory } from '../../../src-main/runs/directory.ts';
import { openRunStore, type RunStore } from '../../../src-main/runs/store.ts';
import { cacheDirectory } from '../../../src-main/tensorflow/locate.ts';
import { readCheckpoint, type Checkpoint } from '../../../src-main/trainer/checkpoint.ts';
import type { TrainingJob } from '../../../src-main/trainer/job.ts';
import { SQLITE, temporaryHome } from '../runs.ts';
import { buildJob, TINY_MODEL } from './jobs.ts';
import { writePatterns } from './patterns.ts';
import { WORKER } from './training.ts';

/** Acts on an event; gets the worker that told it. */
export type Watcher = (event: RunEvent, worker: ChildProcess) => void;

/** How a test's runs are kept and started. */
export interface LaboratoryOptions {
  readonly saving?: TrainingJob['saving'];
}

/** A network with dropout: every source of randomness is in play. */
export const RANDOM_MODEL = { ...TINY_MODEL, dropoutRate: 0.2 };

type SpawnWorker = (environment: Readonly<Record<string, string>>) => ChildProcess;

/** One data folder and its owner. */
export class Laboratory {
  readonly home: string;
  readonly runs: RunStore;
  readonly coordinator: RunCoordinator;
  readonly searchParts: RateSearchParts;
  readonly datasetId: string;
  readonly #remove: () => void;
  #watcher: Watcher = () => undefined;
  #worker: ChildProcess | undefined;
  #next: SpawnWorker | undefined;
  #ended: (ending: TrainerEnding) => void = () => undefined;

  private constructor(place: { home: string; remove: () => void }, parts: LabParts, options: LaboratoryOptions) {
    this.home = place.home;
    this.#remove = place.remove;
    this.datasetId = parts.datasetId;
    this.runs = openRunStore(place.home, SQLITE);
    const spawn = forkedSpawn(dirname(WORKER));
    this.searchParts = {
      home: place.home,
      cacheDirectory: cacheDirectory(),
      version: '0.1.0',
      threads: { intraOp: 2, interOp: 2 },
      datasets: parts.datasets,
      spawn: (entry, environment) => {
        this.#worker = this.#next?.(environment) ?? spawn(entry, environment);
        this.#next = undefined;
        return this.#worker;
      },
    };
    this.coordinator = new RunCoordinator({
      ...this.searchParts,
      saving: options.saving ?? { seconds: null, steps: null },
      runs: this.runs,
      trains: 'queue',
      onEvent: (event) => this.#receive(event),
      onChanged: () => undefined,
    });
  }

  /** Imports the patterns into a new data folder. */
  static async open(options: LaboratoryOptions = {}): Promise<Laboratory> {
    const place = temporaryHome();
    const decoder = {
      open: () => {
        throw new Error('IDX files need no decoder');
      },
    };
    const datasets = await openDatasetStore(place.home, { decoder });
    const source = join(place.home, 'patterns');
    writePatterns(source);
    const { id } = await datasets.import(
      { source: { kind: 'paths', paths: [source] } },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    return new Laboratory(place, { datasets, datasetId: id }, options);
  }

  /** Starts the next worker in another way. */
  spawnNext(spawn: SpawnWorker): void {
    this.#next = spawn;
  }

  /** Starts a run and follows it to its end. */
  async train(
    recipe: Partial<TrainingRecipe>,
    watcher: Watcher = () => undefined,
    others: Partial<Pick<RunRequest, 'model' | 'device'>> = {},
  ): Promise<Outcome> {
    const ending = this.#following(watcher);
    const request = {
      dataset: this.datasetId,
      model: RANDOM_MODEL,
      ...others,
      recipe: { ...buildJob().recipe, ...recipe },
    };
    const id = await this.coordinator.start(request);
    return { id, ending: await ending };
  }

  /** Goes on with a run and follows it to its end. */
  async resume(id: number, watcher: Watcher = () => undefined): Promise<Outcome> {
    const ending = this.#following(watcher);
    await this.coordinator.resume(id, { force: false });
    return { id, ending: await ending };
  }

  /** Resolves when the run that trains now has ended. */
  untilIdle(): Promise<TrainerEnding> {
    return this.#following(() => undefined);
  }

  /** Resolves when so many runs have ended from now on. */
  async untilEnded(runs: number, watcher: Watcher): Promise<void> {
    for (let ended = 0; ended < runs; ended++) await this.#following(watcher);
  }

  /** Folder of a run. */
  directory(id: number): string {
    return runDirectory(this.home, id);
  }

  /** Everything that a run leaves behind and that repeats exactly: all but times. */
  remains(id: number): Remains {
    const run = this.runs.show(id);
    const { steps, epochs } = this.runs.curves(id, 1_000_000);
    return {
      status: run.status,
      test: run.test,
      best: run.best,
      steps,
      epochs: epochs.map(({ epoch, step, train, heldOut, learningRate }) => ({
        epoch,
        step,
        train,
        heldOut,
        learningRate,
      })),
      finished: run.checkpoints
        .filter(({ file }) => !file.includes('step'))
        .map(({ file, sha256 }) => contentOf(file, readCheckpoint(join(this.directory(id), file), sha256))),
    };
  }

  async close(): Promise<void> {
    await this.coordinator.close();
    this.runs.close();
    this.#remove();
  }

  #following(watcher: Watcher): Promise<TrainerEnding> {
    this.#watcher = watcher;
    return new Promise((resolve) => (this.#ended = resolve));
  }

  #receive(event: RunEvent): void {
    if (this.#worker !== undefined) this.#watcher(event, this.#worker);
    if (event.event === 'finished' || event.event === 'stopped' || event.event === 'failed') this.#ended(event);
  }
}

interface LabParts {
  readonly datasets: Awaited<ReturnType<typeof openDatasetStore>>;
  readonly datasetId: string;
}

/** A run that has ended, for now. */
export interface Outcome {
  readonly id: number;
  readonly ending: TrainerEnding;
}

/** See `Laboratory.remains`. */
export interface Remains extends Pick<RunDetail, 'status' | 'test' | 'best'> {
  readonly steps: unknown;
  readonly epochs: unknown;
  readonly finished: unknown;
}

function contentOf(file: string, { description, tensors }: Checkpoint) {
  const { createdAt: _createdAt, ...others } = description;
  // The same device, for another reason: first the only one, then the one of before.
  const { deviceReason: _reason, ...environment } = description.environment;
  const rest = { ...others, environment };
  const bytes = tensors.map(({ name, data }) => [name, Buffer.from(data.buffer).toString('base64')]);
  return { file, description: rest, bytes };
}
