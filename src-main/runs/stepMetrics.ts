/** The table `step_metrics`. */

import type { Database, Statement } from 'better-sqlite3';
import type { RunCurves, StepMetric } from '../contract/run.ts';
import { storedReal } from './columns.ts';
import { thin } from './thin.ts';

type StoredStep = [runId: number, step: number, epoch: number, loss: number | null, learningRate: number];

/** Loss and learning rate of each step. */
export class StepMetrics {
  readonly #insert: Statement<StoredStep>;
  readonly #drop: Statement<[number, number]>;
  readonly #last: Statement<[number], number | null>;
  readonly #curve: Statement<[number], [number, number | null, number]>;

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT OR REPLACE INTO step_metrics VALUES (?, ?, ?, ?, ?)');
    this.#drop = database.prepare('DELETE FROM step_metrics WHERE run_id = ? AND step > ?');
    this.#last = database
      .prepare<[number], number | null>('SELECT max(step) FROM step_metrics WHERE run_id = ?')
      .pluck();
    this.#curve = database
      .prepare<[number], [number, number | null, number]>(
        'SELECT step, loss, learning_rate FROM step_metrics WHERE run_id = ? ORDER BY step',
      )
      .raw();
  }

  /** Adds steps; one that is done again replaces what was measured first. */
  add(runId: number, steps: readonly StepMetric[]): void {
    for (const { step, epoch, loss, learningRate } of steps) {
      this.#insert.run(runId, step, epoch, storedReal(loss), learningRate);
    }
  }

  /** Forgets the steps after `step`. */
  dropAfter(runId: number, step: number): void {
    this.#drop.run(runId, step);
  }

  /** Steps done so far. */
  count(runId: number): number {
    return this.#last.get(runId) ?? 0;
  }

  /** The curve in at most `limit` points, with the extremes of the loss. */
  curve(runId: number, limit: number): RunCurves['steps'] {
    const rows = this.#curve.all(runId);
    const losses = rows.map(([, loss]) => loss ?? Number.NaN);
    const kept = thin(losses, limit);
    const pick = (column: (row: readonly [number, number | null, number]) => number): number[] =>
      kept.flatMap((index) => rows.slice(index, index + 1).map(column));
    return {
      step: pick(([step]) => step),
      loss: kept.flatMap((index) => losses.slice(index, index + 1)),
      learningRate: pick(([, , learningRate]) => learningRate),
    };
  }
}
