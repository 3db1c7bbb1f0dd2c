/** The runs of a data folder, for the one process that owns it. */

import type { Database } from 'better-sqlite3';
import { DenseLabError } from '../contract/errors.ts';
import type { TrainerEvent } from '../contract/events.ts';
import type { ModelSpec } from '../contract/model.ts';
import type { AnnotationChange, RunCurves, RunDetail, RunSummary } from '../contract/run.ts';
import { piecesOf, type PlaceFiles } from './adoption.ts';
import { freeColour } from './colours.ts';
import { openForWriting, type DatabaseOptions } from './database.ts';
import { highestRunDirectory, removeRunDirectory, runDirectory } from './directory.ts';
import { tellingFailures } from './failures.ts';
import { DatabaseReader, isActive, unknownRun, type RunReader, type RunTiming } from './reader.ts';
import { Recorder } from './recorder.ts';
import { RunTable, type ForeignRun, type NewRun } from './runTable.ts';
import { SavedComparisons } from './savedComparisons.ts';

/** Reading and writing of runs. Whatever a method has returned from is on disk, steps excepted: they follow within a second. */
export interface RunStore extends RunReader {
  /** Comparisons that are kept. */
  readonly comparisons: SavedComparisons;
  /** Adds a queued run with an id that was never used and the lowest free colour. */
  create(run: NewRun): RunDetail;
  /**
   * Adds a run that was trained elsewhere, with its curves and files; it is shown when all of it is stored.
   * @param place puts its files into the folder of the run, and tells which checkpoints they are
   * @throws whatever `place` throws, and `disk-full` and the like, with nothing left of the run
   */
  adopt(run: ForeignRun, curves: RunCurves, place: PlaceFiles): Promise<RunDetail>;
  /** Runs whose dataset was not here when they were imported: ids, and the hash of the content that they saw. */
  withoutDataset(): readonly { readonly id: number; readonly hash: string }[];
  /** Tells that the dataset of an imported run is here. */
  nameDataset(
    id: number,
    dataset: { readonly id: string; readonly name: string; readonly version: number },
  ): RunSummary;
  /** Queues a stopped, failed or interrupted run again. @throws DenseLabError `run-unknown`, `run-active`, `run-finished` */
  requeue(id: number): void;
  /** Applies an event of the run's trainer. @throws DenseLabError `disk-full` and the like, with nothing half-written */
  recordEvent(id: number, event: TrainerEvent): void;
  /** @throws DenseLabError `run-unknown` */
  rename(id: number, name: string): RunSummary;
  /** Changes what a person keeps with a run. @throws DenseLabError `run-unknown` */
  annotate(id: number, change: AnnotationChange): RunSummary;
  /** Removes a run from all lists, until `restore` or `purgeSetAside`. @throws DenseLabError `run-unknown`, `run-active` */
  setAside(id: number): void;
  /** Brings back a run that was set aside. @throws DenseLabError `run-unknown` */
  restore(id: number): RunSummary;
  /** Deletes the runs that are set aside, with their folders, and saved comparisons; the ids of the runs. */
  purgeSetAside(): number[];
  /** Ends, as `interrupted`, every run that no process trains any more; their ids. For the start of the owner. */
  markInterrupted(): number[];
  /** Writes what waits, and closes the database. */
  close(): void;
}

/**
 * Opens the runs for writing. The caller owns the data folder (`takeOwnership`); it calls `markInterrupted` before it
 * trains anything.
 * @throws DenseLabError `database-newer`, `database-damaged`, `home-unwritable`, `disk-full`, `runtime-missing`
 */
export function openRunStore(home: string, options: DatabaseOptions = {}): RunStore {
  return new DatabaseStore(home, openForWriting(home, options));
}

/** Refuses a run that cannot go on. @throws DenseLabError `run-active`, `run-finished` */
export function requireResumable({ id, status }: Pick<RunSummary, 'id' | 'status'>): void {
  if (isActive(status)) {
    throw new DenseLabError('run-active', `Run ${String(id)} is being trained already.`, 'There is nothing to resume.');
  }
  if (status === 'imported') {
    throw new DenseLabError(
      'run-finished',
      `Run ${String(id)} was imported: its training was elsewhere and cannot go on here.`,
      'Start a new run.',
    );
  }
  if (status === 'finished') {
    throw new DenseLabError(
      'run-finished',
      `Run ${String(id)} has finished, so there is nothing to go on with.`,
      'Start a new run with more epochs.',
    );
  }
}

class DatabaseStore implements RunStore {
  readonly comparisons: SavedComparisons;
  readonly #home: string;
  readonly #database: Database;
  readonly #reader: DatabaseReader;
  readonly #runs: RunTable;
  readonly #recorder: Recorder;

  constructor(home: string, database: Database) {
    this.#home = home;
    this.#database = database;
    this.comparisons = new SavedComparisons(database);
    this.#reader = new DatabaseReader(database, true);
    this.#runs = new RunTable(database);
    this.#recorder = new Recorder(database, this.#runs);
  }

  list(): RunSummary[] {
    return this.#reader.list();
  }

  show(id: number): RunDetail {
    return this.#reader.show(id);
  }

  curves(id: number, points?: number): RunCurves {
    return this.#reader.curves(id, points);
  }

  versionsUsed(datasetId: string): number[] {
    return this.#reader.versionsUsed(datasetId);
  }

  timings(model: ModelSpec, datasetHash: string): RunTiming[] {
    return this.#reader.timings(model, datasetHash);
  }

  create(run: NewRun): RunDetail {
    const id = this.#telling(() => this.#add((unused, colour) => this.#runs.insert(unused, run, colour)));
    return this.show(id);
  }

  requeue(id: number): void {
    requireResumable(this.#reader.summary(id));
    this.#telling(() => this.#runs.requeue(id));
  }

  async adopt(run: ForeignRun, curves: RunCurves, place: PlaceFiles): Promise<RunDetail> {
    const id = this.#telling(() => this.#add((unused, colour) => this.#runs.insertForeign(unused, run, colour)));
    try {
      const checkpoints = await place(runDirectory(this.#home, id));
      for (const piece of piecesOf(curves, run.stepsPerEpoch)) {
        this.#telling(() => this.#recorder.add(id, piece));
        // Others are answered in between.
        await new Promise((resolve) => setImmediate(resolve));
      }
      this.#telling(() => this.#recorder.complete(id, curves.epochs, checkpoints));
    } catch (thrown) {
      removeRunDirectory(this.#home, id);
      this.#telling(() => this.#runs.delete(id));
      throw thrown;
    }
    return this.show(id);
  }

  withoutDataset(): readonly { readonly id: number; readonly hash: string }[] {
    return this.#telling(() => this.#runs.withoutDataset());
  }

  nameDataset(
    id: number,
    dataset: { readonly id: string; readonly name: string; readonly version: number },
  ): RunSummary {
    this.#telling(() => this.#runs.nameDataset(id, dataset));
    return this.#reader.summary(id);
  }

  recordEvent(id: number, event: TrainerEvent): void {
    this.#telling(() => {
      if (this.#runs.one(id) === undefined) throw unknownRun(id);
      this.#recorder.record(id, event);
    });
  }

  rename(id: number, name: string): RunSummary {
    this.#reader.summary(id);
    this.#telling(() => {
      this.#runs.rename(id, name);
    });
    return this.#reader.summary(id);
  }

  annotate(id: number, change: AnnotationChange): RunSummary {
    this.#reader.summary(id);
    this.#telling(() => {
      this.#runs.annotate(id, change);
    });
    return this.#reader.summary(id);
  }

  setAside(id: number): void {
    this.#telling(() => {
      const row = this.#runs.one(id);
      if (row === undefined || row['set_aside_at'] !== null) throw unknownRun(id);
      if (isActive(row['status'])) {
        throw new DenseLabError('run-active', `Run ${String(id)} is being trained.`, 'Stop it first.');
      }
      this.#runs.setAside(id, true);
    });
  }

  restore(id: number): RunSummary {
    this.#telling(() => {
      if (this.#runs.one(id) === undefined) throw unknownRun(id);
      this.#runs.setAside(id, false);
    });
    return this.#reader.summary(id);
  }

  purgeSetAside(): number[] {
    this.comparisons.purgeSetAside();
    return this.#telling(() => {
      const ids = this.#runs.asideIds();
      for (const id of ids) {
        // The folder first: a crash in between leaves a row that the next purge finds again.
        removeRunDirectory(this.#home, id);
        this.#recorder.forget(id);
        this.#runs.delete(id);
      }
      return ids;
    });
  }

  markInterrupted(): number[] {
    return this.#telling(() => this.#runs.interruptActive());
  }

  close(): void {
    this.#telling(() => {
      try {
        this.#recorder.flush();
      } finally {
        this.#database.close();
      }
    });
  }

  /** Gives an id that was never used, and the lowest free colour. */
  #add(insert: (id: number, colour: number) => void): number {
    return this.#database
      .transaction(() => {
        const unused = Math.max(this.#runs.lastId(), highestRunDirectory(this.#home)) + 1;
        insert(unused, freeColour(this.#runs.colours()));
        return unused;
      })
      .immediate();
  }

  #telling<T>(work: () => T): T {
    return tellingFailures(this.#database.name, work);
  }
}
