/** Reading of runs: what a table row, a run's page and its curves show. */

import type { Database } from 'better-sqlite3';
import { DenseLabError } from '../contract/errors.ts';
import type { ModelSpec } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type { QueueState } from '../contract/queue.ts';
import type { RunAnnotations, RunCurves, RunDetail, RunEnvironment, RunStatus, RunSummary } from '../contract/run.ts';
import { Checkpoints } from './checkpoints.ts';
import { json, optionalJson, optionalText, real, text, whole, type Row } from './columns.ts';
import { Digests } from './digests.ts';
import { openForReading, type DatabaseOptions } from './database.ts';
import { EpochMetrics } from './epochMetrics.ts';
import { GradientFlows, type RecordedFlow } from './gradientFlows.ts';
import { damagedRecord, tellingFailures } from './failures.ts';
import { isOwned } from './ownership.ts';
import { queueEntry } from './queueEntries.ts';
import { QueueTable } from './queueTable.ts';
import { ACTIVE, RunTable, TRAINING } from './runTable.ts';
import { StepMetrics } from './stepMetrics.ts';
import {
  storedClassNames,
  storedEnvironment,
  storedFailure,
  storedForecast,
  storedModel,
  storedOrigin,
  storedRecipe,
  storedSplit,
  storedStatus,
  storedTags,
} from './stored.ts';

/** Points of a curve where nothing else is asked: more than a screen has pixels. */
const CURVE_POINTS = 4000;
/** Runs of one network whose speed is looked at. */
const MOST_TIMED = 20;

/** How fast a run was trained. */
export interface RunTiming {
  readonly id: number;
  readonly recipe: TrainingRecipe;
  readonly environment: RunEnvironment;
  /** Medians over its epochs. */
  readonly secondsPerStep: number;
  readonly evaluationSeconds: number;
}

/** What can be asked about runs. */
export interface RunReader {
  /** All runs, newest first. One whose record is damaged is there as `failed`, with the damage as its error. */
  list(): RunSummary[];
  /** @throws DenseLabError `run-unknown`, or `database-damaged` when this one record cannot be read */
  show(id: number): RunDetail;
  /** Curves in at most `points` points each (at least 4), extremes kept. @throws DenseLabError as `show` */
  curves(id: number, points?: number): RunCurves;
  /** How the epochs of a run moved its layers; empty where that was not recorded. @throws DenseLabError as `show` */
  gradientFlow(id: number): RecordedFlow;
  /** Versions of a dataset that runs have seen, also runs that are set aside. */
  versionsUsed(datasetId: string): number[];
  /** How fast the newest runs of a network on a dataset were trained, newest first; those without an epoch left out. */
  timings(model: ModelSpec, datasetHash: string): RunTiming[];
  /** The queue as it is stored: who trains, and who waits. */
  queue(): QueueState;
  close(): void;
}

/**
 * Opens the runs of a data folder for reading, also while the app that owns it writes; changes nothing. Runs that nobody
 * trains any more are told as `interrupted`.
 * @throws DenseLabError `database-newer`, `database-damaged`, `runtime-missing`
 */
export function openRunStoreReadOnly(home: string, options: DatabaseOptions = {}): RunReader {
  return new DatabaseReader(openForReading(home, options), isOwned(home, options));
}

/** Reads runs through one connection. */
export class DatabaseReader implements RunReader {
  readonly #database: Database;
  readonly #runs: RunTable;
  readonly #waiting: QueueTable;
  readonly #steps: StepMetrics;
  readonly #epochs: EpochMetrics;
  readonly #flows: GradientFlows;
  readonly #checkpoints: Checkpoints;
  readonly #digests: Digests;
  readonly #owned: boolean;

  /** @param owned whether a living process trains what the table calls active */
  constructor(database: Database, owned: boolean) {
    this.#database = database;
    this.#runs = new RunTable(database);
    this.#waiting = new QueueTable(database);
    this.#steps = new StepMetrics(database);
    this.#epochs = new EpochMetrics(database);
    this.#flows = new GradientFlows(database);
    this.#checkpoints = new Checkpoints(database);
    this.#digests = new Digests(database);
    this.#owned = owned;
  }

  list(): RunSummary[] {
    return this.#telling(() => this.#runs.all().map((row) => this.#summaryOrDamage(row)));
  }

  show(id: number): RunDetail {
    return this.#reading(id, (row) => ({
      ...this.#summary(row),
      datasetHash: text(row, 'dataset_hash'),
      classNames: json(row, 'class_names_json', storedClassNames),
      model: json(row, 'model_json', storedModel),
      recipe: json(row, 'recipe_json', storedRecipe),
      multiplyAdds: hasModel(row) ? whole(row, 'multiply_adds') : null,
      source: optionalText(row, 'source'),
      deviceWish: optionalText(row, 'device_wish'),
      forecast: optionalJson(row, 'forecast_json', storedForecast),
      notes: text(row, 'notes'),
      environment: optionalJson(row, 'environment_json', storedEnvironment),
      test: row['has_test'] === 1 ? { loss: real(row, 'test_loss'), accuracy: real(row, 'test_accuracy') } : null,
      checkpoints: this.#checkpoints.all(id),
    }));
  }

  /** What the table shows of one run. @throws DenseLabError as `show` */
  summary(id: number): RunSummary {
    return this.#reading(id, (row) => this.#summary(row));
  }

  curves(id: number, points: number = CURVE_POINTS): RunCurves {
    return this.#reading(id, () => ({ steps: this.#steps.curve(id, points), epochs: this.#epochs.all(id) }));
  }

  gradientFlow(id: number): RecordedFlow {
    return this.#reading(id, () => this.#flows.of(id));
  }

  versionsUsed(datasetId: string): number[] {
    return this.#telling(() => this.#runs.versionsUsed(datasetId));
  }

  timings(model: ModelSpec, datasetHash: string): RunTiming[] {
    const rows = this.#telling(() => this.#runs.alike(model, datasetHash, MOST_TIMED));
    return rows.flatMap((row) => this.#timing(row));
  }

  queue(): QueueState {
    return this.#telling(() => {
      const running = this.#owned ? this.#runs.training() : null;
      const entries = this.#waiting.rows().map((row, index) => queueEntry(row, this.#summaryOrDamage(row), index + 1));
      return { paused: this.#waiting.isPaused(), running, entries };
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Empty for a run that says nothing of its speed, or whose record is damaged. */
  #timing(row: Row): RunTiming[] {
    try {
      const id = whole(row, 'id');
      const environment = optionalJson(row, 'environment_json', storedEnvironment);
      const recipe = json(row, 'recipe_json', storedRecipe);
      const [steps, epochs] = [whole(row, 'steps_per_epoch'), this.#epochs.all(id)];
      if (environment === null || recipe === null || epochs.length === 0 || steps === 0) return [];
      return [
        {
          id,
          recipe,
          environment,
          secondsPerStep: median(epochs.map(({ trainSeconds }) => trainSeconds)) / steps,
          evaluationSeconds: median(epochs.map(({ evaluationSeconds }) => evaluationSeconds)),
        },
      ];
    } catch {
      return [];
    }
  }

  #reading<T>(id: number, read: (row: Row) => T): T {
    const row = this.#telling(() => this.#runs.one(id));
    if (row === undefined || row['set_aside_at'] !== null) throw unknownRun(id);
    return this.#telling(() => {
      try {
        return read(row);
      } catch (thrown) {
        throw isOwnFailure(thrown) ? damagedRecord(`Run ${String(id)}`, thrown.message) : thrown;
      }
    });
  }

  #summary(row: Row): RunSummary {
    const id = whole(row, 'id');
    return {
      id,
      name: text(row, 'name'),
      status: this.#statusOf(row),
      origin: storedOrigin.parse(row['origin']),
      createdAt: text(row, 'created_at'),
      startedAt: optionalText(row, 'started_at'),
      endedAt: optionalText(row, 'ended_at'),
      colour: whole(row, 'colour'),
      sweep: optionalText(row, 'sweep'),
      datasetName: text(row, 'dataset_name'),
      datasetId: text(row, 'dataset_id'),
      datasetVersion: whole(row, 'dataset_version'),
      modelTitle: text(row, 'model_title'),
      parameters: hasModel(row) ? whole(row, 'parameters') : null,
      epochs: whole(row, 'epochs'),
      stepsPerEpoch: whole(row, 'steps_per_epoch'),
      heldOutSplit: storedSplit.parse(row['held_out_split']),
      ...this.#digests.of(row, id),
      error: optionalJson(row, 'error_json', storedFailure),
      ...annotationsOf(row),
    };
  }

  #summaryOrDamage(row: Row): RunSummary {
    try {
      return this.#summary(row);
    } catch (thrown) {
      return damagedSummary(row, thrown);
    }
  }

  #statusOf(row: Row): RunStatus {
    if (storedOrigin.parse(row['origin']) !== 'here') return 'imported';
    if (row['paused'] === 1) return 'paused';
    const status = storedStatus.parse(row['status']);
    const orphaned = !this.#owned && isActive(status) && row['position'] === null;
    return orphaned ? 'interrupted' : status;
  }

  #telling<T>(work: () => T): T {
    return tellingFailures(this.#database.name, work);
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** The complaint about an id that is not there, or that is set aside. */
export function unknownRun(id: number): DenseLabError {
  return new DenseLabError('run-unknown', `There is no run ${String(id)}.`, 'List the runs to see their ids.');
}

/** Whether somebody trains a run of this status, or is about to. */
export function isActive(status: unknown): boolean {
  return ACTIVE.some((active) => active === status);
}

/** The JSON of a run without a model is `null`. */
function hasModel(row: Row): boolean {
  return row['model_json'] !== 'null';
}

/** Whether somebody trains a run of this status. */
export function isTraining(status: unknown): boolean {
  return TRAINING.some((training) => training === status);
}

/** Errors of `columns.ts` and of the schemas, as opposed to SQLite's. */
function isOwnFailure(thrown: unknown): thrown is Error {
  return thrown instanceof Error && !('code' in thrown) && !(thrown instanceof DenseLabError);
}

function annotationsOf(row: Row): RunAnnotations {
  return {
    starred: row['starred'] === 1,
    archived: row['archived'] === 1,
    folder: text(row, 'folder'),
    tags: json(row, 'tags_json', storedTags),
  };
}

/** A run whose record cannot be read, with whatever of it can. */
function damagedSummary(row: Row, thrown: unknown): RunSummary {
  const id = typeof row['id'] === 'number' ? row['id'] : 0;
  const textOr = (column: string, other: string): string => {
    const value = row[column];
    return typeof value === 'string' ? value : other;
  };
  return {
    id,
    name: textOr('name', `Run ${String(id)}`),
    status: 'failed',
    createdAt: textOr('created_at', new Date(0).toISOString()),
    startedAt: null,
    endedAt: null,
    colour: typeof row['colour'] === 'number' && row['colour'] >= 1 && row['colour'] <= 10 ? row['colour'] : 1,
    sweep: null,
    datasetName: textOr('dataset_name', ''),
    datasetId: textOr('dataset_id', ''),
    datasetVersion: typeof row['dataset_version'] === 'number' ? row['dataset_version'] : 1,
    modelTitle: textOr('model_title', ''),
    parameters: null,
    origin: 'here',
    epochs: 0,
    epochsDone: 0,
    stepsPerEpoch: 0,
    stepsDone: 0,
    heldOutSplit: 'test',
    best: null,
    last: null,
    sparkline: [],
    starred: false,
    archived: false,
    folder: '',
    tags: [],
    error: damagedRecord(`Run ${String(id)}`, String(thrown)).failure,
  };
}
