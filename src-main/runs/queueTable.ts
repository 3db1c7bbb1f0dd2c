/** Who waits, in which order, and how they go on: columns of the table `runs`, and the table `queue`. */

import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { QUEUE_PRIORITIES, type QueuePriority } from '../contract/queue.ts';
import type { DeviceWish } from '../contract/run.ts';
import type { Row } from './columns.ts';
import { storedStatus } from './stored.ts';

/** How a run goes on that was queued again; what a person asked for when queueing it. */
export interface QueuedResumption {
  /** Whether to go on where device or software differ from before. */
  readonly force: boolean;
  /** That of before when absent. */
  readonly device?: DeviceWish;
}

const WAITS = `status = 'queued' AND position IS NOT NULL AND set_aside_at IS NULL`;
/** How a run stood before it was queued again. */
const storedEnding = z.object({
  status: storedStatus,
  paused: z.number(),
  endedAt: z.string().nullable(),
  error: z.string().nullable(),
});

/** One queue per database. */
export class QueueTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Ids of the runs that wait, in the order of their turns. */
  waiting(): number[] {
    return this.#database
      .prepare<[], number>(`SELECT id FROM runs WHERE ${WAITS} ORDER BY priority, position`)
      .pluck()
      .all();
  }

  /** Rows of the runs that wait, in the order of their turns. */
  rows(): Row[] {
    return this.#database.prepare<[], Row>(`SELECT * FROM runs WHERE ${WAITS} ORDER BY priority, position`).all();
  }

  /** Whether nothing new may start. */
  isPaused(): boolean {
    return this.#database.prepare('SELECT paused FROM queue').pluck().get() === 1;
  }

  setPaused(paused: boolean): void {
    this.#database.prepare('UPDATE queue SET paused = ?').run(Number(paused));
  }

  /** Puts a run that was just created behind the others of a priority. */
  append(id: number, priority: QueuePriority, sweep: string | null): void {
    const rank = rankOf(priority);
    this.#database
      .prepare('UPDATE runs SET priority = ?, position = ?, sweep = ? WHERE id = ?')
      .run(rank, this.#behindAll(rank), sweep, id);
  }

  /** Queues a run that has ended without a result again; a paused one comes first of its priority. Any other stays as it is. */
  requeue(id: number, resumption: QueuedResumption): void {
    const row = this.#database.prepare<[number], Row>('SELECT * FROM runs WHERE id = ?').get(id);
    if (row === undefined) return;
    const rank = Number(row['priority']);
    this.#database
      .prepare(
        `UPDATE runs SET status = 'queued', paused = 0, ended_at = NULL, error_json = NULL, position = @position,
         ending_json = json_object('status', status, 'paused', paused, 'endedAt', ended_at, 'error', error_json),
         resumption_json = @resumption
         WHERE id = @id AND status IN ('stopped', 'failed', 'interrupted')`,
      )
      .run({
        id,
        position: row['paused'] === 1 ? this.#beforeAll(rank) : this.#behindAll(rank),
        resumption: JSON.stringify(resumption),
      });
  }

  /** How a run that was queued again shall go on; null for one that was never trained. */
  resumptionOf(id: number): QueuedResumption | null {
    const stored: unknown = this.#database.prepare('SELECT resumption_json FROM runs WHERE id = ?').pluck().get(id);
    return typeof stored === 'string' ? storedResumption.parse(JSON.parse(stored)) : null;
  }

  /** Its turn has come: it is being prepared, and waits no more. */
  take(id: number): void {
    this.#database
      .prepare(`UPDATE runs SET status = 'preparing', position = NULL, ending_json = NULL WHERE id = ? AND ${WAITS}`)
      .run(id);
  }

  /** Puts a run before another, whose priority it takes on, or behind all of its own. Both wait. */
  move(id: number, before: number | null): void {
    const target = before ?? id;
    const place = this.#database.prepare<[number], Row>('SELECT priority, position FROM runs WHERE id = ?').get(target);
    const [rank, position] = [Number(place?.['priority']), Number(place?.['position'])];
    if (before !== null) {
      this.#database
        .prepare('UPDATE runs SET position = position + 1 WHERE priority = ? AND position >= ?')
        .run(rank, position);
    }
    this.#place(id, rank, before === null ? this.#behindAll(rank) : position);
  }

  /** Puts a run behind those of a priority; one that has it stays where it is. */
  prioritise(id: number, priority: QueuePriority): void {
    const rank = rankOf(priority);
    const own: unknown = this.#database.prepare('SELECT priority FROM runs WHERE id = ?').pluck().get(id);
    if (own !== rank) this.#place(id, rank, this.#behindAll(rank));
  }

  /**
   * Takes a run out of the queue: one that was queued again is what it was before; any other has stopped before its beginning.
   * @param paused whether it waits for a person instead
   */
  withdraw(id: number, paused = false): void {
    const stored: unknown = this.#database.prepare('SELECT ending_json FROM runs WHERE id = ?').pluck().get(id);
    const before = typeof stored === 'string' ? storedEnding.parse(JSON.parse(stored)) : null;
    const ending = before ?? { status: 'stopped', paused: 0, endedAt: new Date().toISOString(), error: null };
    this.#database
      .prepare(
        `UPDATE runs SET status = @status, paused = @paused, ended_at = @endedAt, error_json = @error, position = NULL,
         ending_json = NULL WHERE id = @id AND ${WAITS}`,
      )
      .run({ id, ...ending, ...(paused ? { status: 'stopped', paused: 1, error: null } : {}) });
  }

  #place(id: number, rank: number, position: number): void {
    this.#database.prepare('UPDATE runs SET priority = ?, position = ? WHERE id = ?').run(rank, position, id);
  }

  #behindAll(rank: number): number {
    return this.#outermost('max', rank) + 1;
  }

  #beforeAll(rank: number): number {
    return this.#outermost('min', rank) - 1;
  }

  /** Runs that are set aside keep their place, so that they can come back to it. */
  #outermost(which: 'min' | 'max', rank: number): number {
    const query = `SELECT coalesce(${which}(position), 0) FROM runs WHERE position IS NOT NULL AND priority = ?`;
    return Number(this.#database.prepare(query).pluck().get(rank));
  }
}

const storedResumption: z.ZodType<QueuedResumption> = z.object({
  force: z.boolean(),
  device: z
    .custom<DeviceWish>((value) => typeof value === 'string' && /^(auto|cpu|gpu:\d+)$/.test(value), 'is no device')
    .exactOptional(),
});

/** The priority of a row; the table takes no other than these. */
export function priorityOf(row: Row): QueuePriority {
  return QUEUE_PRIORITIES[Number(row['priority'])] ?? 'normal';
}

function rankOf(priority: QueuePriority): number {
  return QUEUE_PRIORITIES.indexOf(priority);
}
