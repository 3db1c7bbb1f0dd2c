/** Applies what a trainer tells to the tables. */

import type { Database } from 'better-sqlite3';
import { assertNever } from '../contract/errors.ts';
import type { TrainerEvent } from '../contract/events.ts';
import type { CheckpointRecord, EpochMetrics as Epoch, StepMetric } from '../contract/run.ts';
import { Checkpoints } from './checkpoints.ts';
import { Digests } from './digests.ts';
import { EpochMetrics } from './epochMetrics.ts';
import { GradientFlows } from './gradientFlows.ts';
import type { RunTable } from './runTable.ts';
import { StepMetrics } from './stepMetrics.ts';

/** Milliseconds that a step may wait for its transaction, which costs an fsync: together less than the second that is promised. */
const FLUSH_AFTER = 500;

/** Buffers steps, writes everything else at once; every write of an event is one transaction. */
export class Recorder {
  readonly #database: Database;
  readonly #runs: RunTable;
  readonly #steps: StepMetrics;
  readonly #epochs: EpochMetrics;
  readonly #flows: GradientFlows;
  readonly #checkpoints: Checkpoints;
  readonly #digests: Digests;
  readonly #pending = new Map<number, StepMetric[]>();
  #timer: NodeJS.Timeout | undefined;
  /** Set when a write in the background failed; the next event tries again and reports. */
  #overdue = false;

  constructor(database: Database, runs: RunTable) {
    this.#database = database;
    this.#runs = runs;
    this.#steps = new StepMetrics(database);
    this.#epochs = new EpochMetrics(database);
    this.#flows = new GradientFlows(database);
    this.#checkpoints = new Checkpoints(database);
    this.#digests = new Digests(database);
    database.transaction(() => this.#digests.refreshMissing()).immediate();
  }

  /** Applies one event. When it throws, nothing of the event is stored, and steps told so far wait for the next try. */
  record(runId: number, event: TrainerEvent): void {
    if (event.event === 'steps') this.#buffer(runId, event.steps);
    else this.#write(() => this.#apply(runId, event), runId);
  }

  /** Writes the steps that wait. */
  flush(): void {
    this.#write(() => undefined);
  }

  /** Writes steps of a run that is not trained here. */
  add(runId: number, steps: readonly StepMetric[]): void {
    this.#database.transaction(() => this.#steps.add(runId, steps)).immediate();
  }

  /** Writes the rest of a run that is not trained here, and shows it. */
  complete(runId: number, epochs: readonly Epoch[], checkpoints: readonly CheckpointRecord[]): void {
    this.#database
      .transaction(() => {
        for (const epoch of epochs) this.#epochs.add(runId, epoch);
        for (const checkpoint of checkpoints) this.#checkpoints.add(runId, checkpoint, []);
        this.#digests.refresh(runId);
        this.#runs.setAside(runId, false);
      })
      .immediate();
  }

  /** Forgets what waits for a run that is removed. */
  forget(runId: number): void {
    this.#pending.delete(runId);
  }

  #apply(runId: number, event: Exclude<TrainerEvent, { event: 'steps' }>): void {
    switch (event.event) {
      case 'preparing':
        return this.#runs.markPreparing(runId);
      case 'resumed':
        return this.#dropAfter(runId, event.step, event.epochsFinished);
      case 'started':
        return this.#runs.markRunning(runId, event.environment, event.stepsPerEpoch);
      case 'evaluating':
        return;
      case 'epoch':
        this.#epochs.add(runId, event.metrics);
        if (event.flow !== undefined) this.#flows.add(runId, event.metrics.epoch, event.flow);
        return;
      case 'checkpoint':
        return this.#checkpoints.add(runId, event.checkpoint, event.removed);
      case 'finished':
        return this.#runs.end(runId, { status: 'finished', test: event.test });
      case 'stopped':
        return this.#runs.end(runId, { status: 'stopped', paused: event.paused === true, error: event.reason });
      case 'failed':
        return this.#runs.end(runId, { status: 'failed', error: event.error });
      default:
        return assertNever(event);
    }
  }

  #dropAfter(runId: number, step: number, epochs: number): void {
    this.#steps.dropAfter(runId, step);
    this.#epochs.dropAfter(runId, epochs);
    this.#flows.dropAfter(runId, epochs);
    this.#checkpoints.dropAfter(runId, step);
  }

  #buffer(runId: number, steps: readonly StepMetric[]): void {
    const pending = this.#pending.get(runId) ?? [];
    pending.push(...steps);
    this.#pending.set(runId, pending);
    if (this.#overdue) this.flush();
    else this.#timer ??= setTimeout(() => this.#flushInBackground(), FLUSH_AFTER);
  }

  #flushInBackground(): void {
    try {
      this.flush();
    } catch {
      this.#overdue = true;
    }
  }

  /** @param changed the run whose curves `apply` may change */
  #write(apply: () => void, changed?: number): void {
    this.#database
      .transaction(() => {
        for (const [runId, steps] of this.#pending) this.#steps.add(runId, steps);
        apply();
        const runs = new Set([...this.#pending.keys(), ...(changed === undefined ? [] : [changed])]);
        for (const runId of runs) this.#digests.refresh(runId);
      })
      .immediate();
    this.#pending.clear();
    this.#overdue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
