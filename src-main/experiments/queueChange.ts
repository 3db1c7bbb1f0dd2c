/** Changes of the queue as data, so that another process can ask the owner of the data folder for them. */

import { z } from 'zod';
import { assertNever } from '../contract/errors.ts';
import { QUEUE_LIMITS, QUEUE_PRIORITIES, type QueueAddition, type QueuePriority } from '../contract/queue.ts';
import type { RunCoordinator } from './coordinator.ts';
import { runRequestSchema } from './runRequest.ts';

/** One change; all of it or, when it is refused, nothing. */
export type QueueChange =
  | { readonly kind: 'add'; readonly addition: QueueAddition }
  /** Goes on with runs that have ended without a result. */
  | { readonly kind: 'retry'; readonly ids: readonly number[]; readonly force: boolean }
  | { readonly kind: 'remove'; readonly ids: readonly number[] }
  | { readonly kind: 'move'; readonly id: number; readonly before: number | null }
  | { readonly kind: 'prioritise'; readonly ids: readonly number[]; readonly priority: QueuePriority }
  | { readonly kind: 'pause'; readonly paused: boolean };

const id = z.number().int().positive();
const ids = z.array(id).min(1).max(100_000);
const priority = z.enum(QUEUE_PRIORITIES);
const request = runRequestSchema(z.string().min(1).max(255));

/** A change from outside. */
export const queueChangeSchema: z.ZodType<QueueChange> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('add'),
    addition: z.strictObject({
      requests: z.array(request).min(1).max(QUEUE_LIMITS.requests),
      priority,
      sweep: z.string().min(1).max(QUEUE_LIMITS.sweep).nullable(),
    }),
  }),
  z.strictObject({ kind: z.literal('retry'), ids, force: z.boolean() }),
  z.strictObject({ kind: z.literal('remove'), ids }),
  z.strictObject({ kind: z.literal('move'), id, before: id.nullable() }),
  z.strictObject({ kind: z.literal('prioritise'), ids, priority }),
  z.strictObject({ kind: z.literal('pause'), paused: z.boolean() }),
]);

/** Makes a change; the ids of the runs that it queued. @throws DenseLabError as the coordinator's methods */
export async function changeQueue(coordinator: RunCoordinator, change: QueueChange): Promise<readonly number[]> {
  switch (change.kind) {
    case 'add':
      return coordinator.add(change.addition);
    case 'retry':
      await coordinator.retry(change.ids, { force: change.force });
      return change.ids;
    case 'remove':
      coordinator.remove(change.ids);
      return [];
    case 'move':
      coordinator.move(change.id, change.before);
      return [];
    case 'prioritise':
      coordinator.prioritise(change.ids, change.priority);
      return [];
    case 'pause':
      coordinator.pauseQueue(change.paused);
      return [];
    default:
      return assertNever(change);
  }
}
