/** The search for duplicates, dataset by dataset, while the window is used. */

import { toFailure, type Failure } from '../contract/errors.ts';
import type { DatasetStore } from '../datasets/store.ts';

/** Whom the desk tells. */
export interface DuplicateDeskListeners {
  readonly onFound: (id: string) => void;
  readonly onFailure: (id: string, failure: Failure) => void;
}

/** Searches one dataset at a time. */
export class DuplicateDesk {
  readonly #store: DatasetStore;
  readonly #listeners: DuplicateDeskListeners;
  readonly #closing = new AbortController();
  /** Datasets that wait, are searched, or were searched in vain: none is tried twice. */
  readonly #asked = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(store: DatasetStore, listeners: DuplicateDeskListeners) {
    this.#store = store;
    this.#listeners = listeners;
  }

  /** Searches a dataset after those that wait already. */
  search(id: string): void {
    if (this.#asked.has(id) || this.#closing.signal.aborted) return;
    this.#asked.add(id);
    this.#last = this.#last.then(() => this.#search(id));
  }

  /** Ends the search and resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#last;
  }

  async #search(id: string): Promise<void> {
    try {
      await this.#store.findDuplicates(id, this.#closing.signal);
      this.#asked.delete(id);
      this.#listeners.onFound(id);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code !== 'cancelled') this.#listeners.onFailure(id, failure);
    }
  }
}
