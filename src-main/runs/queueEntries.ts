/** What a person sees of those that wait. */

import type { QueueEntry } from '../contract/queue.ts';
import type { RunSummary } from '../contract/run.ts';
import { optionalJson, type Row } from './columns.ts';
import { priorityOf } from './queueTable.ts';
import { storedForecast } from './stored.ts';

/**
 * A run that waits, from its row and what is told of it elsewhere: its own last epoch tells how long one takes, before the first
 * one the forecast. @param position 1-based
 */
export function queueEntry(row: Row, summary: RunSummary, position: number): QueueEntry {
  const { id, name, modelTitle, datasetName, sweep, epochs, epochsDone, last } = summary;
  const epochSeconds = last === null ? foretoldSeconds(row) : last.trainSeconds + last.evaluationSeconds;
  return {
    ...{ id, name, modelTitle, datasetName, sweep, epochs, epochsDone, position },
    priority: priorityOf(row),
    estimatedSeconds: Number.isFinite(epochSeconds) ? (epochs - epochsDone) * epochSeconds : null,
  };
}

/** Seconds of an epoch; NaN where nothing was foretold, or where that cannot be read. */
function foretoldSeconds(row: Row): number {
  try {
    return optionalJson(row, 'forecast_json', storedForecast)?.secondsPerEpoch ?? Number.NaN;
  } catch {
    return Number.NaN;
  }
}
