/** The table `step_extremes`: what a long curve is drawn from, without reading every step. */

import type { Database, Statement } from 'better-sqlite3';

/** Steps of one stretch; the first stretch begins with step 1. Stored, so it cannot change without a migration. */
export const STRETCH = 64;

/** One step of a curve: step, loss, learning rate, gradient norm; null for NaN. */
export type CurvePoint = readonly [
  step: number,
  loss: number | null,
  learningRate: number | null,
  gradientNorm: number | null,
];

/** Lowest and highest loss of each stretch. */
export class StepExtremes {
  readonly #forget: Statement<[number, number]>;
  readonly #find: readonly Statement<[number, number, number]>[];
  readonly #curve: Statement<[number], CurvePoint>;

  constructor(database: Database) {
    this.#forget = database.prepare('DELETE FROM step_extremes WHERE run_id = ? AND stretch >= ?');
    this.#find = ['min', 'max'].map((extreme, high) =>
      database.prepare<[number, number, number]>(
        `INSERT OR REPLACE INTO step_extremes
         SELECT run_id, stretch, ${String(high)}, step, loss, learning_rate, gradient_norm FROM
           (SELECT run_id, (step - 1) / ${String(STRETCH)} AS stretch, step, loss, learning_rate, gradient_norm,
              ${extreme}(ifnull(loss, 9e999))
            FROM step_metrics WHERE run_id = ? AND step BETWEEN ? AND ? GROUP BY stretch)`,
      ),
    );
    // Both extremes of a stretch can be one step.
    this.#curve = database
      .prepare<[number], CurvePoint>(
        `SELECT step, loss, learning_rate, gradient_norm FROM step_extremes WHERE run_id = ? GROUP BY step ORDER BY step`,
      )
      .raw();
  }

  /** Looks again at the stretches that hold the steps from `first` to `last`. */
  update(runId: number, first: number, last: number): void {
    const [from, to] = [firstOf(stretchOf(first)), firstOf(stretchOf(last) + 1) - 1];
    for (const statement of this.#find) statement.run(runId, from, to);
  }

  /** Forgets what was found in steps after `step`, which are gone. */
  dropAfter(runId: number, step: number): void {
    this.#forget.run(runId, stretchOf(step));
    this.update(runId, step, step);
  }

  /** The extremes of all stretches, in order. */
  curve(runId: number): CurvePoint[] {
    return this.#curve.all(runId);
  }
}

function stretchOf(step: number): number {
  return Math.max(0, Math.floor((step - 1) / STRETCH));
}

function firstOf(stretch: number): number {
  return stretch * STRETCH + 1;
}
