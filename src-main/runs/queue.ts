/** The queue of a data folder, for the one process that owns it. Every method is one transaction. */

import type { Database } from 'better-sqlite3';
import { DenseLabError } from '../contract/errors.ts';
import type { QueuePriority } from '../contract/queue.ts';
import { tellingFailures } from './failures.ts';
import type { QueuedResumption, QueueTable } from './queueTable.ts';
import type { RunTable } from './runTable.ts';

/** Order and changes of the runs that wait. What a method has returned from is on disk. */
export class RunQueue {
  readonly #database: Database;
  readonly #table: QueueTable;
  readonly #runs: RunTable;

  constructor(database: Database, table: QueueTable, runs: RunTable) {
    this.#database = database;
    this.#table = table;
    this.#runs = runs;
  }

  /** Ids of the runs that wait, in the order of their turns. */
  waiting(): number[] {
    return this.#telling(() => this.#table.waiting());
  }

  /** Whether nothing new may start. */
  get paused(): boolean {
    return this.#telling(() => this.#table.isPaused());
  }

  /** Lets nothing new start, or goes on. */
  setPaused(paused: boolean): void {
    this.#telling(() => this.#table.setPaused(paused));
  }

  /** How a run that was queued again shall go on; null for one that was never trained. */
  resumptionOf(id: number): QueuedResumption | null {
    return this.#telling(() => this.#table.resumptionOf(id));
  }

  /** The turn of a run has come: it is told as `preparing`. */
  take(id: number): void {
    this.#telling(() => this.#table.take(id));
  }

  /** Puts a waiting run before another, whose priority it takes on, or behind all of its own. @throws DenseLabError `run-not-queued` */
  move(id: number, before: number | null): void {
    this.#changing([id, ...(before === null ? [] : [before])], () => {
      if (before !== id) this.#table.move(id, before);
    });
  }

  /** Puts waiting runs, in their order, behind those of a priority; all or none. @throws DenseLabError `run-not-queued` */
  prioritise(ids: readonly number[], priority: QueuePriority): void {
    this.#changing(ids, (ordered) => {
      for (const id of ordered) this.#table.prioritise(id, priority);
    });
  }

  /**
   * Takes waiting runs out, all or none. One that was never trained is set aside in its place, which `restore` of the store
   * undoes; any other is what it was before it was queued again.
   * @throws DenseLabError `run-not-queued`
   */
  remove(ids: readonly number[]): void {
    this.#changing(ids, (ordered) => {
      for (const id of ordered) {
        if (this.#table.resumptionOf(id) === null) this.#runs.setAside(id, true);
        else this.#table.withdraw(id);
      }
    });
  }

  /**
   * Takes a waiting run out as stopped, or as paused; one that was queued again is what it was before, where it is not paused.
   * @throws DenseLabError `run-not-queued`
   */
  withdraw(id: number, paused: boolean): void {
    this.#changing([id], () => this.#table.withdraw(id, paused));
  }

  /** @param change gets the ids in the order of the queue */
  #changing(ids: readonly number[], change: (ordered: readonly number[]) => void): void {
    this.#telling(() =>
      this.#database
        .transaction(() => {
          const waiting = this.#table.waiting();
          const missing = ids.find((id) => !waiting.includes(id));
          if (missing !== undefined) throw notQueued(missing);
          change(waiting.filter((id) => ids.includes(id)));
        })
        .immediate(),
    );
  }

  #telling<T>(work: () => T): T {
    return tellingFailures(this.#database.name, work);
  }
}

function notQueued(id: number): DenseLabError {
  return new DenseLabError(
    'run-not-queued',
    `Run ${String(id)} does not wait in the queue.`,
    'Look at the queue again: it may have begun, or have been removed.',
  );
}
