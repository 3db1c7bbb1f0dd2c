/** What a list shows of a run's curves, kept with the run as it is written: listing thousands of runs reads no curve. */

import type { Database, Statement } from 'better-sqlite3';
import type { EpochMetrics as Epoch, RunSummary } from '../contract/run.ts';
import { object, type Row } from './columns.ts';
import { EpochMetrics } from './epochMetrics.ts';
import { StepMetrics } from './stepMetrics.ts';

/** The newest epoch, the best one, the small curve, and how far it has come. */
export type RunDigest = Pick<RunSummary, 'last' | 'best' | 'sparkline' | 'epochsDone' | 'stepsDone'>;

/** The column `digest_json` of the table `runs`. */
export class Digests {
  readonly #steps: StepMetrics;
  readonly #epochs: EpochMetrics;
  readonly #store: Statement<[string, number]>;
  readonly #missing: Statement<[], number>;

  constructor(database: Database) {
    this.#steps = new StepMetrics(database);
    this.#epochs = new EpochMetrics(database);
    this.#store = database.prepare('UPDATE runs SET digest_json = ? WHERE id = ?');
    this.#missing = database.prepare<[], number>('SELECT id FROM runs WHERE digest_json IS NULL').pluck();
  }

  /** As it was written; worked out from the curves where it was not, or cannot be read. */
  of(row: Row, runId: number): RunDigest {
    const written = row['digest_json'];
    if (typeof written === 'string') {
      try {
        return decode(written);
      } catch {
        // What the curves say counts.
      }
    }
    return this.#workOut(runId);
  }

  /** Writes it anew, after the curves of the run have changed. */
  refresh(runId: number): void {
    this.#store.run(JSON.stringify(this.#workOut(runId), spellOut), runId);
  }

  /** Writes those of runs that have none: versions before kept none. */
  refreshMissing(): void {
    for (const runId of this.#missing.all()) this.refresh(runId);
  }

  #workOut(runId: number): RunDigest {
    return { ...this.#epochs.digest(runId), stepsDone: this.#steps.count(runId) };
  }
}

/** JSON has no NaN and no infinity: they are words. */
function spellOut(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function decode(text: string): RunDigest {
  const { last, best, sparkline, epochsDone, stepsDone } = object(JSON.parse(text));
  if (!Array.isArray(sparkline)) throw new Error('the small curve is no list');
  return {
    last: last === null ? null : epochOf(object(last)),
    best: best === null ? null : bestOf(object(best)),
    sparkline: sparkline.map(numberOf),
    epochsDone: numberOf(epochsDone),
    stepsDone: numberOf(stepsDone),
  };
}

function bestOf({ epoch, accuracy }: Row): RunSummary['best'] {
  return { epoch: numberOf(epoch), accuracy: numberOf(accuracy) };
}

function epochOf(stored: Row): Epoch {
  const [train, heldOut] = [object(stored['train']), object(stored['heldOut'])];
  const residentBytes = stored['residentBytes'];
  return {
    epoch: numberOf(stored['epoch']),
    step: numberOf(stored['step']),
    train: { loss: numberOf(train['loss']), accuracy: numberOf(train['accuracy']) },
    heldOut: { loss: numberOf(heldOut['loss']), accuracy: numberOf(heldOut['accuracy']) },
    learningRate: numberOf(stored['learningRate']),
    imagesPerSecond: numberOf(stored['imagesPerSecond']),
    trainSeconds: numberOf(stored['trainSeconds']),
    evaluationSeconds: numberOf(stored['evaluationSeconds']),
    residentBytes: residentBytes === null ? null : numberOf(residentBytes),
  };
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new Error('a figure is no number');
}
