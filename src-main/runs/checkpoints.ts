/** The table `checkpoints`. */

import type { Database, Statement } from 'better-sqlite3';
import type { CheckpointRecord } from '../contract/run.ts';
import { text, whole, type Row } from './columns.ts';

/** The checkpoints that are on disk. */
export class Checkpoints {
  readonly #insert: Statement;
  readonly #remove: Statement<[number, string]>;
  readonly #drop: Statement<[number, number]>;
  readonly #all: Statement<[number], Row>;

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM checkpoints WHERE run_id = ? AND file = ?');
    this.#drop = database.prepare('DELETE FROM checkpoints WHERE run_id = ? AND step > ?');
    this.#all = database.prepare('SELECT * FROM checkpoints WHERE run_id = ? ORDER BY step, file');
  }

  /** Adds a checkpoint, and forgets the files that went with it. */
  add(runId: number, checkpoint: CheckpointRecord, removed: readonly string[]): void {
    const { file, epoch, step, bytes, sha256, createdAt } = checkpoint;
    for (const old of removed) this.#remove.run(runId, old);
    this.#insert.run(runId, file, epoch, step, bytes, sha256, createdAt);
  }

  /** Forgets the checkpoints of steps after `step`. */
  dropAfter(runId: number, step: number): void {
    this.#drop.run(runId, step);
  }

  /** All of a run, oldest first. */
  all(runId: number): CheckpointRecord[] {
    return this.#all.all(runId).map((row) => ({
      epoch: whole(row, 'epoch'),
      step: whole(row, 'step'),
      file: text(row, 'file'),
      bytes: whole(row, 'bytes'),
      sha256: text(row, 'sha256'),
      createdAt: text(row, 'created_at'),
    }));
  }
}
