/** The queue of a data folder for commands: changed here or, where another DenseLab owns the folder, handed over to it. */

import { DenseLabError } from '../contract/errors.ts';
import { RunCoordinator, type CoordinatorParts } from '../experiments/coordinator.ts';
import { handOver } from '../experiments/handover.ts';
import { changeQueue, type QueueChange } from '../experiments/queueChange.ts';
import { threadsFor } from '../experiments/threads.ts';
import type { Ownership } from '../runs/ownership.ts';
import type { RunStore } from '../runs/store.ts';
import { DEFAULT_SAVING } from '../trainer/job.ts';
import type { Call } from './command.ts';

/** What a change has led to. */
export interface Changed {
  /** Runs that it queued. */
  readonly ids: readonly number[];
  /** Whether another DenseLab made it. */
  readonly handedOver: boolean;
}

/** Makes a change, here or by the owner of the folder. @throws DenseLabError as `changeQueue` and `handOver` */
export async function changeQueueOf(call: Call, change: QueueChange): Promise<Changed> {
  const owner = ownershipOrNull(call);
  if (owner === null) return { ids: await handOver(call.home, change), handedOver: true };
  try {
    return await withRuns(call, async (runs) => {
      const coordinator = await openCoordinator(call, runs, { trains: 'nothing' });
      return { ids: await changeQueue(coordinator, change), handedOver: false };
    });
  } finally {
    owner.release();
  }
}

/** Opens the runs of a folder that this process owns, for as long as the work takes. */
export async function withRuns<T>({ parts, home }: Call, work: (runs: RunStore) => Promise<T>): Promise<T> {
  const runs = parts.openRuns(home);
  try {
    runs.markInterrupted();
    return await work(runs);
  } finally {
    runs.close();
  }
}

/** A coordinator for a command; without listeners nobody is told. */
export async function openCoordinator(
  { parts, home, args }: Call,
  runs: RunStore,
  how: Pick<CoordinatorParts, 'trains'> & Partial<Pick<CoordinatorParts, 'onEvent' | 'onChanged' | 'onQueue'>>,
): Promise<RunCoordinator> {
  return new RunCoordinator({
    home,
    cacheDirectory: parts.cacheDirectory,
    version: parts.version,
    threads: threadsFor(parts.cores),
    saving: { ...DEFAULT_SAVING, steps: args.number('checkpoint-steps') ?? DEFAULT_SAVING.steps },
    runs,
    datasets: await parts.openDatasets(home),
    spawn: parts.spawn,
    onEvent: () => undefined,
    onChanged: () => undefined,
    ...how,
  });
}

function ownershipOrNull({ parts, home }: Call): Ownership | null {
  try {
    return parts.takeOwnership(home);
  } catch (thrown) {
    if (thrown instanceof DenseLabError && thrown.failure.code === 'home-busy') return null;
    throw thrown;
  }
}
