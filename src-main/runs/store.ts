/** The runs of a data folder, for the one process that owns it. */

import type { Database } from 'better-sqlite3';
import { DenseLabError } from '../contract/errors.ts';
import type { TrainerEvent } from '../contract/events.ts';
import type { ModelSpec } from '../contract/model.ts';
import type { QueuePriority, QueueState } from '../contract/queue.ts';
import type { AnnotationChange, RunCurves, RunDetail, RunSummary } from '../contract/run.ts';
import { piecesOf, type PlaceFiles } from './adoption.ts';
import { freeColour } from './colours.ts';
import { openForWriting, type DatabaseOptions } from './database.ts';
import { highestRunDirectory, removeRunDirectory, runDirectory } from './directory.ts';
import { tellingFailures } from './failures.ts';
import type { RecordedFlow } from './gradientFlows.ts';
import { RunQueue } from './queue.ts';
import { QueueTable, type QueuedResumption } from './queueTable.ts';
import { DatabaseReader, isActive, isTraining, unknownRun, type RunReader, type RunTiming } from './reader.ts';
import { Recorder } from './recorder.ts';
import { RunTable, type ForeignRun, type NewRun } from './runTable.ts';
import { SavedComparisons } from './savedComparisons.ts';

/** Reading and writing of runs. Whatever a method has returned from is on disk, steps excepted: they follow within a second. */
export interface RunStore extends RunReader {
  /** Comparisons that are kept. */
  readonly comparisons: SavedComparisons;
  /** Order and changes of the runs that wait. */
  readonly waiting: RunQueue;
  /** Adds a run that is about to get its result, with an id that was never used and the lowest free colour. */
  create(run: NewRun): RunDetail;
  /** Adds runs that wait for their turn, all or none, in one transaction; their ids. */
  createWaiting(runs: readonly NewRun[], priority: QueuePriority, sweep: string | null): number[];
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
  /** Queues a stopped, paused, failed or interrupted run again; a paused one before the others of its priority. @throws DenseLabError `run-unknown`, `run-active`, `run-finished` */
  requeue(id: number, how: QueuedResumption): void;
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
  /** Ends, as `interrupted`, every run that no process trains any more; their ids. Runs that wait go on waiting. For the start of the owner. */
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
    const doing = status === 'queued' ? 'waits in the queue' : 'is being trained';
    throw new DenseLabError('run-active', `Run ${String(id)} ${doing} already.`, 'There is nothing to resume.');
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
  readonly #queue: QueueTable;
  readonly waiting: RunQueue;

  constructor(home: string, database: Database) {
    this.#home = home;
    this.#database = database;
    this.comparisons = new SavedComparisons(database);
    this.#reader = new DatabaseReader(database, true);
    this.#runs = new RunTable(database);
    this.#recorder = new Recorder(database, this.#runs);
    this.#queue = new QueueTable(database);
    this.waiting = new RunQueue(database, this.#queue, this.#runs);
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

  gradientFlow(id: number): RecordedFlow {
    return this.#reader.gradientFlow(id);
  }

  versionsUsed(datasetId: string): number[] {
    return this.#reader.versionsUsed(datasetId);
  }

  timings(model: ModelSpec, datasetHash: string): RunTiming[] {
    return this.#reader.timings(model, datasetHash);
  }

  queue(): QueueState {
    return this.#reader.queue();
  }

  create(run: NewRun): RunDetail {
    const [id = 0] = this.#add([run], (each, unused, colour) => this.#runs.insert(unused, each, colour));
    return this.show(id);
  }

  createWaiting(runs: readonly NewRun[], priority: QueuePriority, sweep: string | null): number[] {
    return this.#add(runs, (run, id, colour) => {
      this.#runs.insert(id, run, colour);
      this.#queue.append(id, priority, sweep);
    });
  }

  requeue(id: number, how: QueuedResumption): void {
    requireResumable(this.#reader.summary(id));
    this.#telling(() => this.#queue.requeue(id, how));
  }

  async adopt(run: ForeignRun, curves: RunCurves, place: PlaceFiles): Promise<RunDetail> {
    const [id = 0] = this.#add([run], (each, unused, colour) => this.#runs.insertForeign(unused, each, colour));
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
      // One that waits keeps its place in the queue, and can come back to it.
      if (isTraining(row['status'])) {
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

  /** Adds runs in one transaction: gives ids that were never used, and the lowest free colours. */
  #add<T>(runs: readonly T[], insert: (run: T, id: number, colour: number) => void): number[] {
    const add = (): number[] => {
      const unused = Math.max(this.#runs.lastId(), highestRunDirectory(this.#home)) + 1;
      const colours = this.#runs.colours();
      return runs.map((run, index) => {
        const colour = freeColour(colours);
        colours.push(colour);
        insert(run, unused + index, colour);
        return unused + index;
      });
    };
    return this.#telling(() => this.#database.transaction(add).immediate());
  }

  #telling<T>(work: () => T): T {
    return tellingFailures(this.#database.name, work);
  }
}
