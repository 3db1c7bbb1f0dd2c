/** The table `step_metrics`. */

import type { Database, Statement } from 'better-sqlite3';
import type { RunCurves, StepMetric } from '../contract/run.ts';
import { storedReal } from './columns.ts';
import { StepExtremes, STRETCH, type CurvePoint } from './stepExtremes.ts';
import { thin } from './thin.ts';

type StoredStep = [
  runId: number,
  step: number,
  epoch: number,
  loss: number | null,
  learningRate: number | null,
  gradientNorm: number | null,
];

/** Loss, learning rate and gradient norm of each step. */
export class StepMetrics {
  readonly #insert: Statement<StoredStep>;
  readonly #drop: Statement<[number, number]>;
  readonly #last: Statement<[number], number | null>;
  readonly #all: Statement<[number], CurvePoint>;
  readonly #ends: Statement<[number, number, number], CurvePoint>;
  readonly #extremes: StepExtremes;

  constructor(database: Database) {
    const columns = 'SELECT step, loss, learning_rate, gradient_norm FROM step_metrics WHERE run_id = ?';
    this.#insert = database.prepare('INSERT OR REPLACE INTO step_metrics VALUES (?, ?, ?, ?, ?, ?)');
    this.#drop = database.prepare('DELETE FROM step_metrics WHERE run_id = ? AND step > ?');
    this.#last = database
      .prepare<[number], number | null>('SELECT max(step) FROM step_metrics WHERE run_id = ?')
      .pluck();
    this.#all = database.prepare<[number], CurvePoint>(`${columns} ORDER BY step`).raw();
    const first = '(SELECT min(step) FROM step_metrics WHERE run_id = ?)';
    this.#ends = database
      .prepare<[number, number, number], CurvePoint>(`${columns} AND step IN (${first}, ?) ORDER BY step`)
      .raw();
    this.#extremes = new StepExtremes(database);
  }

  /** Adds steps; one that is done again replaces what was measured first. */
  add(runId: number, steps: readonly StepMetric[]): void {
    let [first, last] = [Number.POSITIVE_INFINITY, 0];
    for (const { step, epoch, loss, learningRate, gradientNorm } of steps) {
      this.#insert.run(runId, step, epoch, storedReal(loss), storedReal(learningRate), storedReal(gradientNorm));
      [first, last] = [Math.min(first, step), Math.max(last, step)];
    }
    if (last > 0) this.#extremes.update(runId, first, last);
  }

  /** Forgets the steps after `step`. */
  dropAfter(runId: number, step: number): void {
    this.#drop.run(runId, step);
    this.#extremes.dropAfter(runId, step);
  }

  /** The last step; 0 before the first. */
  count(runId: number): number {
    return this.#last.get(runId) ?? 0;
  }

  /** The curve in at most `limit` points, with the extremes of the loss. */
  curve(runId: number, limit: number): RunCurves['steps'] {
    const points = this.#points(runId, limit);
    const losses = points.map(([, loss]) => loss ?? Number.NaN);
    const kept = thin(losses, limit).flatMap((index) => points.slice(index, index + 1));
    return {
      step: kept.map(([step]) => step),
      loss: kept.map(([, loss]) => loss ?? Number.NaN),
      learningRate: kept.map(([, , learningRate]) => learningRate ?? Number.NaN),
      gradientNorm: kept.map(([, , , gradientNorm]) => gradientNorm ?? Number.NaN),
    };
  }

  /** Every step, or its ends and the extremes between them where these alone are as many as are wanted. */
  #points(runId: number, limit: number): readonly CurvePoint[] {
    const count = this.count(runId);
    if ((2 * count) / STRETCH < limit) return this.#all.all(runId);
    const [first, last] = this.#ends.all(runId, runId, count);
    const between = this.#extremes.curve(runId).filter(([step]) => step !== first?.[0] && step !== last?.[0]);
    return [first, ...between, last].filter((point) => point !== undefined);
  }
}
