/** Answers about the queue. */

import type { RunSummary } from '../contract/run.ts';
import type { RunCoordinator } from '../experiments/coordinator.ts';
import type { RunStore } from '../runs/store.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface QueueHandlerParts {
  readonly coordinator: RunCoordinator;
  readonly runs: RunStore;
  /** Told of a run whose row is another, or null when it has left all lists. */
  readonly onChanged: (id: number, run: RunSummary | null) => void;
}

/** Handlers of `queue/*`. */
export function queueHandlers({ runs, coordinator, onChanged }: QueueHandlerParts) {
  return {
    'queue/list': () => coordinator.queue(),
    'queue/add': async (addition) => ({ ids: await coordinator.add(addition) }),
    'queue/move': ({ id, before }) => {
      coordinator.move(id, before);
      return null;
    },
    'queue/prioritise': ({ ids, priority }) => {
      coordinator.prioritise(ids, priority);
      return null;
    },
    'queue/remove': ({ ids }) => {
      const fresh = ids.filter((id) => runs.waiting.resumptionOf(id) === null);
      coordinator.remove(ids);
      for (const id of ids) onChanged(id, fresh.includes(id) ? null : runs.show(id));
      return null;
    },
    'queue/pause': ({ paused }) => {
      coordinator.pauseQueue(paused);
      return null;
    },
  } satisfies Partial<Handlers>;
}
