import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { ComparisonLook, SavedComparison, SavedComparisonList } from '../../src-main/contract/savedComparison.ts';
import type { Client } from '../bridge/client.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Comparisons that are kept, and which of them is open. */
export class SavedComparisonsState {
  readonly #client: Client;
  readonly #toasts: ToastState;
  list: SavedComparisonList = $state.raw({ comparisons: [], damaged: [] });
  /** The one that was opened or saved last; null for none. */
  open: SavedComparison | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);

  constructor(client: Client, toasts: ToastState) {
    this.#client = client;
    this.#toasts = toasts;
  }

  /** Reads the list anew. */
  async refresh(): Promise<void> {
    await this.#tell(async () => {
      this.list = await this.#client.request('comparisons/list', null);
    });
  }

  /** Keeps runs and look under a name; `id` names the one whose place it takes. Whether it was kept. */
  async save(name: string, runs: readonly number[], look: ComparisonLook, id?: number): Promise<boolean> {
    return this.#tell(async () => {
      const request = { name, runs, look, ...(id === undefined ? {} : { id }) };
      this.open = await this.#client.request('comparisons/save', request);
      await this.refresh();
      this.#toasts.show({ message: `Kept the comparison ${name}.` });
    });
  }

  /** Gives another name. */
  async rename(id: number, name: string): Promise<void> {
    await this.#tell(async () => {
      const renamed = await this.#client.request('comparisons/rename', { id, name });
      if (this.open?.id === id) this.open = renamed;
      await this.refresh();
    });
  }

  /** Removes one; it can be brought back until the app quits. */
  async remove({ id, name }: Pick<SavedComparison, 'id' | 'name'>): Promise<void> {
    await this.#tell(async () => {
      await this.#client.request('comparisons/remove', { id });
      if (this.open?.id === id) this.open = null;
      await this.refresh();
      this.#toasts.show({ message: `Removed the comparison ${name}.`, undo: () => void this.#restore(id) });
    });
  }

  async #restore(id: number): Promise<void> {
    await this.#tell(async () => {
      await this.#client.request('comparisons/restore', { id });
      await this.refresh();
    });
  }

  async #tell(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.failure = null;
      return true;
    } catch (thrown) {
      this.failure = toFailure(thrown);
      return false;
    }
  }
}
