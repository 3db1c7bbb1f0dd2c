/** The queue: one run trains, the others wait for their turn. It is stored, so that it survives a restart and a crash. */

import type { RunRequest } from './run.ts';

/** Which waiting runs come first; within one priority, the order of the queue decides. */
export type QueuePriority = 'high' | 'normal' | 'low';

/** All priorities, the first ones first. */
export const QUEUE_PRIORITIES: readonly QueuePriority[] = ['high', 'normal', 'low'];

/** Limits of one addition, and of the name of a sweep in characters. */
export const QUEUE_LIMITS = { requests: 1000, sweep: 120 } as const;

/** A run that waits. */
export interface QueueEntry {
  readonly id: number;
  readonly name: string;
  readonly modelTitle: string;
  readonly datasetName: string;
  /** The sweep that it belongs to; null when it was queued by itself. */
  readonly sweep: string | null;
  readonly priority: QueuePriority;
  /** 1-based place in the whole queue. */
  readonly position: number;
  /** Finished epochs: 0 unless it goes on from a checkpoint. */
  readonly epochsDone: number;
  readonly epochs: number;
  /** Seconds that are left for it, by its last epoch or, before the first, by the forecast; null where neither is known. */
  readonly estimatedSeconds: number | null;
}

/** The queue at one moment. */
export interface QueueState {
  /** Nothing new starts while it is; the run that trains goes on. */
  readonly paused: boolean;
  /** The run that trains or is about to; null when none does. */
  readonly running: number | null;
  /** In the order of their turns. */
  readonly entries: readonly QueueEntry[];
}

/** Runs to queue, all of them or, when one is refused, none. */
export interface QueueAddition {
  readonly requests: readonly RunRequest[];
  readonly priority: QueuePriority;
  /** Name of the sweep that they make up; null for single runs. */
  readonly sweep: string | null;
}
