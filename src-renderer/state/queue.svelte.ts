import { toFailure } from '../../src-main/contract/errors.ts';
import type { QueueEntry, QueuePriority, QueueState } from '../../src-main/contract/queue.ts';
import type { Client } from '../bridge/client.ts';
import type { RunsState } from './runs.svelte.ts';
import { secondsLeft } from './runProgress.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Time that the queue still takes, as far as it is known. */
export interface QueueTime {
  /** Of the run that trains and of all that wait. */
  readonly seconds: number;
  /** Runs whose time nobody knows yet, and which `seconds` leaves out. */
  readonly unknown: number;
}

/** Which runs wait for their turn, and in which order. */
export class QueueStore {
  state: QueueState = $state.raw({ paused: false, running: null, entries: [] });
  readonly #client: Client;
  readonly #runs: RunsState;
  readonly #toasts: ToastState;

  constructor(client: Client, runs: RunsState, toasts: ToastState) {
    this.#client = client;
    this.#runs = runs;
    this.#toasts = toasts;
    client.on('queue', (state) => (this.state = state));
  }

  /** How long it all takes still. */
  readonly time: QueueTime = $derived.by(() => {
    const running = this.#runs.rows.find(({ id }) => id === this.state.running);
    const live = running === undefined ? [] : [secondsLeft(running, this.#runs.reading(running.id))];
    const all = [...live, ...this.state.entries.map(({ estimatedSeconds }) => estimatedSeconds)];
    const known = all.filter((seconds) => seconds !== null);
    return { seconds: known.reduce((sum, seconds) => sum + seconds, 0), unknown: all.length - known.length };
  });

  /** Reads the queue; what cannot be read is told by the list of runs. */
  async refresh(): Promise<void> {
    this.state = await this.#client.request('queue/list', null).catch(() => this.state);
  }

  /** Moves a waiting run by one place, and into the next priority at the end of its own. */
  async step(id: number, direction: 'up' | 'down'): Promise<void> {
    const { entries } = this.state;
    const at = entries.findIndex((entry) => entry.id === id);
    const own = entries[at];
    if (own === undefined) return;
    if (direction === 'up') {
      const before = entries[at - 1];
      if (before !== undefined) await this.move(id, before.id);
      return;
    }
    const [next, after] = [entries[at + 1], entries[at + 2]];
    if (next === undefined) return;
    if (after?.priority === next.priority) await this.move(id, after.id);
    else if (next.priority === own.priority) await this.move(id, null);
    else await this.prioritise([id], next.priority);
  }

  /** Puts a waiting run before another, or behind all of its priority. */
  async move(id: number, before: number | null): Promise<void> {
    if (id !== before) await this.#try(() => this.#client.request('queue/move', { id, before }));
  }

  /** Gives waiting runs another priority. */
  async prioritise(ids: readonly number[], priority: QueuePriority): Promise<void> {
    await this.#try(() => this.#client.request('queue/prioritise', { ids, priority }));
  }

  /** Takes waiting runs out of the queue, with the way back in a toast. */
  async remove(ids: readonly number[]): Promise<void> {
    const removed = this.state.entries.filter(({ id }) => ids.includes(id));
    const [first] = removed;
    if (first === undefined || !(await this.#try(() => this.#client.request('queue/remove', { ids })))) return;
    const what = removed.length === 1 ? first.name : `${String(removed.length)} runs`;
    this.#toasts.show({ message: `Took ${what} out of the queue`, undo: () => void this.#putBack(removed) });
  }

  /** Lets nothing new start, or goes on. */
  async setPaused(paused: boolean): Promise<void> {
    await this.#try(() => this.#client.request('queue/pause', { paused }));
  }

  /** One that had trained was not set aside, and is resumed. */
  async #putBack(entries: readonly QueueEntry[]): Promise<void> {
    for (const { id, epochsDone } of entries) {
      const back = (): Promise<unknown> =>
        epochsDone > 0
          ? this.#client.request('runs/resume', { id, force: false })
          : this.#client.request('runs/restore', { id });
      if (!(await this.#try(back))) break;
    }
    await this.#runs.refresh();
  }

  /** Does it, or says in a toast why not. */
  async #try(request: () => Promise<unknown>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      this.#toasts.show({ message: `${message} ${action}` });
      return false;
    }
  }
}
