/** What a person sees of those that wait. */

import type { QueueEntry } from '../contract/queue.ts';
import type { RunSummary } from '../contract/run.ts';
import type { Row } from './columns.ts';
import { priorityOf } from './queueTable.ts';

/** A run that waits, from its row and what is told of it elsewhere. @param position 1-based */
export function queueEntry(row: Row, summary: RunSummary, position: number): QueueEntry {
  const { id, name, modelTitle, datasetName, sweep, epochs, epochsDone, last } = summary;
  const epochSeconds = last === null ? Number.NaN : last.trainSeconds + last.evaluationSeconds;
  return {
    ...{ id, name, modelTitle, datasetName, sweep, epochs, epochsDone, position },
    priority: priorityOf(row),
    estimatedSeconds: Number.isFinite(epochSeconds) ? (epochs - epochsDone) * epochSeconds : null,
  };
}
