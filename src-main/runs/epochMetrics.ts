/** The table `epoch_metrics`. */

import type { Database, Statement } from 'better-sqlite3';
import type { EpochMetrics as Epoch, RunSummary } from '../contract/run.ts';
import { real, storedReal, whole, type Row } from './columns.ts';
import { thin } from './thin.ts';

/** Points of the small curve in a table row. */
const SPARKLINE_POINTS = 100;

/** What each finished epoch measured. */
export class EpochMetrics {
  readonly #insert: Statement;
  readonly #drop: Statement<[number, number]>;
  readonly #all: Statement<[number], Row>;
  readonly #last: Statement<[number], Row>;
  readonly #accuracies: Statement<[number], [number, number | null]>;

  constructor(database: Database) {
    this.#insert = database.prepare(`INSERT OR REPLACE INTO epoch_metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#drop = database.prepare('DELETE FROM epoch_metrics WHERE run_id = ? AND epoch > ?');
    this.#all = database.prepare('SELECT * FROM epoch_metrics WHERE run_id = ? ORDER BY epoch');
    this.#last = database.prepare('SELECT * FROM epoch_metrics WHERE run_id = ? ORDER BY epoch DESC LIMIT 1');
    this.#accuracies = database
      .prepare<[number], [number, number | null]>(
        'SELECT epoch, held_out_accuracy FROM epoch_metrics WHERE run_id = ? ORDER BY epoch',
      )
      .raw();
  }

  /** Adds an epoch; one that is done again replaces what was measured first. */
  add(runId: number, epoch: Epoch): void {
    this.#insert.run(
      runId,
      epoch.epoch,
      epoch.step,
      storedReal(epoch.train.loss),
      storedReal(epoch.train.accuracy),
      storedReal(epoch.heldOut.loss),
      storedReal(epoch.heldOut.accuracy),
      storedReal(epoch.learningRate),
      storedReal(epoch.imagesPerSecond),
      storedReal(epoch.trainSeconds),
      storedReal(epoch.evaluationSeconds),
      epoch.residentBytes,
    );
  }

  /** Forgets the epochs after `epoch`. */
  dropAfter(runId: number, epoch: number): void {
    this.#drop.run(runId, epoch);
  }

  /** All epochs in order. */
  all(runId: number): Epoch[] {
    return this.#all.all(runId).map(read);
  }

  /** The newest epoch, the best one (the earliest of equals) and the small curve, without reading every column. */
  digest(runId: number): Pick<RunSummary, 'last' | 'best' | 'sparkline' | 'epochsDone'> {
    const last = this.#last.get(runId);
    const accuracies = this.#accuracies.all(runId);
    let best: RunSummary['best'] = null;
    for (const [epoch, accuracy] of accuracies) {
      if (accuracy !== null && (best === null || accuracy > best.accuracy)) best = { epoch, accuracy };
    }
    const values = accuracies.map(([, accuracy]) => accuracy ?? Number.NaN);
    return {
      last: last === undefined ? null : read(last),
      best,
      sparkline: thin(values, SPARKLINE_POINTS).flatMap((index) => values.slice(index, index + 1)),
      epochsDone: accuracies.length,
    };
  }
}

function read(row: Row): Epoch {
  return {
    epoch: whole(row, 'epoch'),
    step: whole(row, 'step'),
    train: { loss: real(row, 'train_loss'), accuracy: real(row, 'train_accuracy') },
    heldOut: { loss: real(row, 'held_out_loss'), accuracy: real(row, 'held_out_accuracy') },
    learningRate: real(row, 'learning_rate'),
    imagesPerSecond: real(row, 'images_per_second'),
    trainSeconds: real(row, 'train_seconds'),
    evaluationSeconds: real(row, 'evaluation_seconds'),
    residentBytes: row['resident_bytes'] === null ? null : real(row, 'resident_bytes'),
  };
}
