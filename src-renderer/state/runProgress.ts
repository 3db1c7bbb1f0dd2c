import { assertNever } from '../../src-main/contract/errors.ts';
import type { RunEvent, TrainerEvent } from '../../src-main/contract/events.ts';
import type { EpochMetrics, RunStatus, RunSummary } from '../../src-main/contract/run.ts';

/** What is being prepared before the first step. */
export type PreparingPhase = Extract<TrainerEvent, { event: 'preparing' }>['phase'];

/** What only the events of a live run tell. */
export interface LiveReading {
  readonly preparing: PreparingPhase | null;
  /** The epoch whose evaluation goes on. */
  readonly evaluating: number | null;
  /** Of the last message. */
  readonly imagesPerSecond: number | null;
  /** Where the clock of the pace was started: the first step that was seen. */
  readonly since: { readonly step: number; readonly at: number } | null;
  /** When the last step was seen, in milliseconds. */
  readonly at: number | null;
}

/** A run about which no event has come yet. */
export const NO_READING: LiveReading = {
  preparing: null,
  evaluating: null,
  imagesPerSecond: null,
  since: null,
  at: null,
};

const SPARKLINE_POINTS = 100;

/** Whether somebody trains it or is about to. */
export function isActive(status: RunStatus): boolean {
  return status === 'queued' || status === 'preparing' || status === 'running';
}

/** The row after one event. */
export function advanceRow(row: RunSummary, event: RunEvent): RunSummary {
  switch (event.event) {
    case 'preparing':
      return { ...row, status: 'preparing' };
    case 'resumed':
      return withoutAfter(row, event.step, event.epochsFinished);
    case 'started':
      return { ...row, status: 'running', stepsPerEpoch: event.stepsPerEpoch };
    case 'steps':
      return { ...row, status: 'running', stepsDone: event.steps[event.steps.length - 1]?.step ?? row.stepsDone };
    case 'epoch':
      return withEpoch(row, event.metrics);
    case 'finished':
      return { ...row, status: 'finished' };
    case 'stopped':
      return { ...row, status: event.paused === true ? 'paused' : 'stopped', error: event.reason ?? null };
    case 'failed':
      return { ...row, status: 'failed', error: event.error };
    case 'evaluating':
    case 'checkpoint':
      return row;
    default:
      return assertNever(event);
  }
}

/** The reading after one event that came at `now`, in milliseconds. */
export function advanceReading(reading: LiveReading, event: RunEvent, now: number): LiveReading {
  switch (event.event) {
    case 'preparing':
      return { ...NO_READING, preparing: event.phase };
    case 'resumed':
      return reading;
    case 'started':
      return { ...reading, preparing: reading.preparing === null ? null : 'first-step' };
    case 'steps': {
      const step = event.steps[event.steps.length - 1]?.step;
      const since = reading.since ?? (step === undefined ? null : { step, at: now });
      return { preparing: null, evaluating: null, imagesPerSecond: event.imagesPerSecond, since, at: now };
    }
    case 'evaluating':
      return { ...reading, evaluating: event.epoch };
    case 'epoch':
    case 'checkpoint':
      return { ...reading, evaluating: null };
    case 'finished':
    case 'stopped':
    case 'failed':
      return NO_READING;
    default:
      return assertNever(event);
  }
}

/** Share of its steps that a run has done, 0 to 1; null while the number of steps is unknown. */
export function shareDone(row: RunSummary): number | null {
  const steps = row.stepsPerEpoch * row.epochs;
  return steps > 0 ? Math.min(1, row.stepsDone / steps) : null;
}

/**
 * Seconds that a live run still needs, from what it has measured itself: the last epoch with its evaluation, or the pace
 * of the steps seen so far in the first one. Null while there is no basis.
 */
export function secondsLeft(row: RunSummary, reading: LiveReading): number | null {
  if (row.status !== 'running' || row.stepsPerEpoch === 0) return null;
  const epochsLeft = row.epochs - row.stepsDone / row.stepsPerEpoch;
  if (row.last !== null) return Math.max(0, epochsLeft * (row.last.trainSeconds + row.last.evaluationSeconds));
  const { since, at } = reading;
  if (since === null || at === null || row.stepsDone <= since.step) return null;
  const secondsPerStep = (at - since.at) / 1000 / (row.stepsDone - since.step);
  return Math.max(0, epochsLeft * row.stepsPerEpoch * secondsPerStep);
}

/** The row as it was at a checkpoint; what the main process knows of its best epoch comes with its own row. */
function withoutAfter(row: RunSummary, step: number, epochs: number): RunSummary {
  return { ...row, stepsDone: step, epochsDone: Math.min(row.epochsDone, epochs) };
}

function withEpoch(row: RunSummary, metrics: EpochMetrics): RunSummary {
  if (metrics.epoch <= row.epochsDone) return row;
  const accuracy = metrics.heldOut.accuracy;
  const better = Number.isFinite(accuracy) && (row.best === null || accuracy > row.best.accuracy);
  return {
    ...row,
    epochsDone: metrics.epoch,
    stepsDone: Math.max(row.stepsDone, metrics.step),
    last: metrics,
    best: better ? { epoch: metrics.epoch, accuracy } : row.best,
    sparkline: [...row.sparkline, accuracy].slice(-SPARKLINE_POINTS),
  };
}
