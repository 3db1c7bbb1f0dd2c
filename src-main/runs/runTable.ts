/** The table `runs`. */

import type { Database, Statement } from 'better-sqlite3';
import type { Split } from '../contract/dataset.ts';
import type { Failure } from '../contract/errors.ts';
import type { StoredForecast } from '../contract/forecast.ts';
import type { ModelSpec } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type {
  AnnotationChange,
  DeviceWish,
  RunAnnotations,
  RunDetail,
  RunEnvironment,
  RunOrigin,
  RunStatus,
  SplitMetrics,
} from '../contract/run.ts';
import { storedReal, type Row } from './columns.ts';

/** A run that is about to be trained; everything that explains it later, copied at this moment. */
export interface NewRun {
  readonly name: string;
  readonly dataset: {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly contentHash: string;
    readonly classNames: readonly string[];
  };
  /** The split that epochs are evaluated on: `validation` where there is one, else `test`. */
  readonly heldOutSplit: Split;
  readonly model: ModelSpec;
  readonly modelTitle: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly recipe: TrainingRecipe;
  /** As far as it is known before the worker has counted; 0 otherwise. */
  readonly stepsPerEpoch: number;
  /** The device that was asked for. */
  readonly device?: DeviceWish;
  /** Absent where nothing could be foretold. */
  readonly forecast?: StoredForecast;
}

/** A run that was trained elsewhere, with everything that is known of it but its curves and its files. */
export interface ForeignRun
  extends
    Pick<NewRun, 'name' | 'dataset' | 'heldOutSplit' | 'modelTitle' | 'stepsPerEpoch'>,
    Pick<
      RunDetail,
      'model' | 'recipe' | 'parameters' | 'multiplyAdds' | 'epochs' | 'deviceWish' | 'environment' | 'test'
    >,
    Pick<RunDetail, 'startedAt' | 'endedAt' | 'error' | 'notes' | 'forecast'>,
    Pick<RunAnnotations, 'tags'> {
  readonly origin: Exclude<RunOrigin, 'here'>;
  /** The file that it is read from. */
  readonly source: string;
}

/** States in which somebody trains. */
export const TRAINING: readonly RunStatus[] = ['preparing', 'running'];
/** States in which somebody trains, or is about to. */
export const ACTIVE: readonly RunStatus[] = ['queued', ...TRAINING];
const ACTIVE_SQL = ACTIVE.map((status) => `'${status}'`).join(', ');

const INSERT = `
INSERT INTO runs (id, name, status, created_at, colour, dataset_id, dataset_name, dataset_version, dataset_hash,
  class_names_json, held_out_split, model_title, model_json, recipe_json, parameters, multiply_adds, epochs, steps_per_epoch,
  forecast_json, device_wish)
VALUES (@id, @name, 'queued', @createdAt, @colour, @datasetId, @datasetName, @datasetVersion, @datasetHash,
  @classNames, @heldOutSplit, @modelTitle, @model, @recipe, @parameters, @multiplyAdds, @epochs, @stepsPerEpoch, @forecast,
  @device)`;

/** What ends a run. */
export interface RunEnding {
  readonly status: RunStatus;
  readonly test?: SplitMetrics;
  readonly error?: Failure | undefined;
  /** Whether it waits for a person. */
  readonly paused?: boolean;
}

/** What every row has from its beginning. */
type AddedRun = Pick<
  ForeignRun,
  | ('name' | 'dataset' | 'heldOutSplit' | 'model' | 'modelTitle' | 'recipe')
  | ('parameters' | 'multiplyAdds' | 'epochs' | 'stepsPerEpoch' | 'deviceWish')
> & { readonly forecast?: StoredForecast | null };

/** One row per run. */
export class RunTable {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #all: Statement<[], Row>;
  readonly #one: Statement<[number], Row>;
  readonly #prepare: Statement<[number]>;
  readonly #start: Statement<[string, string, number, number]>;
  readonly #end: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare(INSERT);
    this.#all = database.prepare('SELECT * FROM runs WHERE set_aside_at IS NULL ORDER BY id DESC');
    this.#one = database.prepare('SELECT * FROM runs WHERE id = ?');
    this.#prepare = database.prepare(`UPDATE runs SET status = 'preparing' WHERE id = ? AND status = 'queued'`);
    this.#start = database.prepare(
      `UPDATE runs SET status = 'running', started_at = coalesce(started_at, ?), environment_json = ?, steps_per_epoch = ?
       WHERE id = ? AND status IN (${ACTIVE_SQL})`,
    );
    this.#end = database.prepare(
      `UPDATE runs SET status = @status, paused = @paused, position = NULL,
       ended_at = max(@endedAt, coalesce(started_at, '')), has_test = @hasTest, test_loss = @loss,
       test_accuracy = @accuracy, error_json = @error WHERE id = @id AND status IN (${ACTIVE_SQL})`,
    );
  }

  /** Adds a queued run. @param id one that was never used, also not by a run whose row is gone */
  insert(id: number, run: NewRun, colour: number): void {
    this.#add(id, { ...run, epochs: run.recipe.epochs, deviceWish: run.device ?? null }, colour);
  }

  /** Adds a run that was trained elsewhere, set aside until `setAside(id, false)`: its curves and files are yet to come. */
  insertForeign(id: number, run: ForeignRun, colour: number): void {
    this.#add(id, run, colour);
    const { test, environment, error } = run;
    this.#database
      .prepare(
        `UPDATE runs SET status = 'finished', origin = @origin, source = @source, started_at = @startedAt, ended_at = @endedAt,
         environment_json = @environment, has_test = @hasTest, test_loss = @loss, test_accuracy = @accuracy,
         error_json = @error, tags_json = @tags, notes = @notes, set_aside_at = @now WHERE id = @id`,
      )
      .run({
        ...{ id, now: now(), origin: run.origin, source: run.source, startedAt: run.startedAt, endedAt: run.endedAt },
        environment: jsonOrNull(environment),
        hasTest: test === null ? 0 : 1,
        loss: test === null ? null : storedReal(test.loss),
        accuracy: test === null ? null : storedReal(test.accuracy),
        error: jsonOrNull(error),
        tags: JSON.stringify(run.tags),
        notes: run.notes,
      });
  }

  #add(id: number, run: AddedRun, colour: number): void {
    this.#insert.run({
      id,
      name: run.name,
      createdAt: now(),
      colour,
      datasetId: run.dataset.id,
      datasetName: run.dataset.name,
      datasetVersion: run.dataset.version,
      datasetHash: run.dataset.contentHash,
      classNames: JSON.stringify(run.dataset.classNames),
      heldOutSplit: run.heldOutSplit,
      modelTitle: run.modelTitle,
      model: JSON.stringify(run.model),
      recipe: JSON.stringify(run.recipe),
      parameters: run.parameters ?? 0,
      multiplyAdds: run.multiplyAdds ?? 0,
      epochs: run.epochs,
      stepsPerEpoch: run.stepsPerEpoch,
      forecast: jsonOrNull(run.forecast),
      device: run.deviceWish,
    });
  }

  /** The highest id ever given. */
  lastId(): number {
    const given: unknown = this.#database.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'runs'`).pluck().get();
    return typeof given === 'number' ? given : 0;
  }

  /** Colours of the runs that are shown. */
  colours(): number[] {
    return this.#database.prepare<[], number>('SELECT colour FROM runs WHERE set_aside_at IS NULL').pluck().all();
  }

  /** Versions of a dataset that any run has seen. */
  versionsUsed(datasetId: string): number[] {
    const query = 'SELECT DISTINCT dataset_version FROM runs WHERE dataset_id = ? ORDER BY dataset_version';
    return this.#database.prepare<[string], number>(query).pluck().all(datasetId);
  }

  /** The newest rows of a network on a dataset that was trained here. */
  alike(model: ModelSpec, datasetHash: string, most: number): Row[] {
    const query = `SELECT * FROM runs WHERE model_json = ? AND dataset_hash = ? AND environment_json IS NOT NULL
      AND origin = 'here' AND set_aside_at IS NULL ORDER BY id DESC LIMIT ?`;
    return this.#database.prepare<[string, string, number], Row>(query).all(JSON.stringify(model), datasetHash, most);
  }

  /** Runs whose dataset was not here: ids, and the hashes of the content that they saw. */
  withoutDataset(): { readonly id: number; readonly hash: string }[] {
    const query = `SELECT id, dataset_hash AS hash FROM runs WHERE dataset_id = '' AND dataset_hash <> ''`;
    return this.#database.prepare<[], { id: number; hash: string }>(query).all();
  }

  /** Names the dataset that a run saw. */
  nameDataset(id: number, dataset: { readonly id: string; readonly name: string; readonly version: number }): void {
    this.#database
      .prepare('UPDATE runs SET dataset_id = ?, dataset_name = ?, dataset_version = ? WHERE id = ?')
      .run(dataset.id, dataset.name, dataset.version, id);
  }

  /** The run that is being trained or prepared; null when none is. */
  training(): number | null {
    const query = `SELECT id FROM runs WHERE status IN ('preparing', 'running') ORDER BY id DESC LIMIT 1`;
    return this.#database.prepare<[], number>(query).pluck().get() ?? null;
  }

  /** All rows that are not set aside, newest first. */
  all(): Row[] {
    return this.#all.all();
  }

  /** One row, also one that is set aside. */
  one(id: number): Row | undefined {
    return this.#one.get(id);
  }

  markPreparing(id: number): void {
    this.#prepare.run(id);
  }

  markRunning(id: number, environment: RunEnvironment, stepsPerEpoch: number): void {
    this.#start.run(now(), JSON.stringify(environment), stepsPerEpoch, id);
  }

  /** Ends an active run, never before it started, whatever the clock did; one that has ended already keeps its ending. */
  end(id: number, { status, test, error, paused }: RunEnding): void {
    this.#end.run({
      id,
      status,
      paused: Number(paused === true),
      endedAt: now(),
      hasTest: test === undefined ? 0 : 1,
      loss: test === undefined ? null : storedReal(test.loss),
      accuracy: test === undefined ? null : storedReal(test.accuracy),
      error: jsonOrNull(error),
    });
  }

  /** Ends all runs that were trained, or about to be created, when their owner went down; those that wait go on waiting. */
  interruptActive(): number[] {
    return this.#database
      .prepare<[string], number>(
        `UPDATE runs SET status = 'interrupted', ended_at = max(?, coalesce(started_at, ''))
         WHERE status IN (${ACTIVE_SQL}) AND position IS NULL RETURNING id`,
      )
      .pluck()
      .all(now());
  }

  rename(id: number, name: string): void {
    this.#database.prepare('UPDATE runs SET name = ? WHERE id = ?').run(name, id);
  }

  /** Changes what a person keeps with a run; what the change does not name stays. */
  annotate(id: number, { starred, archived, folder, tags, notes, colour }: AnnotationChange): void {
    const flag = (value: boolean | undefined): number | null => (value === undefined ? null : Number(value));
    this.#database
      .prepare(
        `UPDATE runs SET starred = coalesce(@starred, starred), archived = coalesce(@archived, archived),
         folder = coalesce(@folder, folder), tags_json = coalesce(@tags, tags_json), notes = coalesce(@notes, notes),
         colour = coalesce(@colour, colour) WHERE id = @id`,
      )
      .run({
        id,
        starred: flag(starred),
        archived: flag(archived),
        folder: folder ?? null,
        tags: tags === undefined ? null : JSON.stringify(tags),
        notes: notes ?? null,
        colour: colour ?? null,
      });
  }

  setAside(id: number, aside: boolean): void {
    this.#database.prepare('UPDATE runs SET set_aside_at = ? WHERE id = ?').run(aside ? now() : null, id);
  }

  /** Ids of the runs that are set aside. */
  asideIds(): number[] {
    return this.#database.prepare<[], number>('SELECT id FROM runs WHERE set_aside_at IS NOT NULL').pluck().all();
  }

  /** Removes a run with all its metrics. */
  delete(id: number): void {
    this.#database.prepare('DELETE FROM runs WHERE id = ?').run(id);
  }
}

function jsonOrNull(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function now(): string {
  return new Date().toISOString();
}
