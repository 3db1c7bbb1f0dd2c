/** Long work that a window has started: each task has a number, and can be cancelled. */

/** Tasks of one kind. */
export class Tasks {
  readonly #running = new Map<number, { readonly abort: AbortController; readonly done: Promise<void> }>();
  #lastId = 0;

  /** Starts one, which tells its outcome itself and never rejects; its number. */
  start(run: (id: number, signal: AbortSignal) => Promise<void>): number {
    this.#lastId += 1;
    const id = this.#lastId;
    const abort = new AbortController();
    this.#running.set(id, { abort, done: run(id, abort.signal).finally(() => this.#running.delete(id)) });
    return id;
  }

  /** Ends one, if it still runs; nothing of it stays. */
  cancel(id: number): void {
    this.#running.get(id)?.abort.abort();
  }

  /** Cancels all and resolves when they have cleaned up. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
  }
}
