import type { DamagedDataset, DatasetDetail, DatasetSummary } from '../../src-main/contract/dataset.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';
import { recall, remember } from './session.ts';
import type { ToastState } from './toasts.svelte.ts';

/** The datasets of the data folder, and the one that is open. */
export class DatasetsState {
  list: readonly DatasetSummary[] = $state.raw([]);
  /** Stored datasets that cannot be read. */
  damaged: readonly DamagedDataset[] = $state.raw([]);
  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  /** Why the list or the open dataset could not be read. */
  failure: Failure | null = $state.raw(null);
  selectedId: string | null = $state(recall('dataset'));
  /** The version of the selected one that is looked at; null for the newest. */
  version: number | null = $state(null);
  /** Everything about the selected one, as that version has it; null until it is read. */
  detail: DatasetDetail | null = $state.raw(null);
  detailFailure: Failure | null = $state.raw(null);
  readonly #client: Client;
  readonly #toasts: ToastState;
  /** Counts reads, so that a slow answer never replaces a newer one. */
  #reads = 0;

  constructor(client: Client, toasts: ToastState) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('datasetsChanged', () => void this.refresh());
  }

  /** The selected dataset as the list has it. */
  get selected(): DatasetSummary | null {
    return this.list.find((dataset) => dataset.id === this.selectedId) ?? null;
  }

  /** Reads the list again, and with it the open dataset. */
  async refresh(): Promise<void> {
    try {
      const { datasets, damaged } = await this.#client.request('datasets/list', null);
      this.list = datasets;
      this.damaged = damaged;
      this.phase = 'ready';
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
      if (this.phase === 'loading') this.phase = 'failed';
      return;
    }
    if (this.selected === null) this.select(this.list[0]?.id ?? null);
    else await this.#readDetail();
  }

  /** Opens a dataset. */
  select(id: string | null): void {
    if (id !== this.selectedId || this.detail?.id !== id) this.detail = null;
    if (id !== this.selectedId) this.version = null;
    this.selectedId = id;
    remember('dataset', id);
    void this.#readDetail();
  }

  /** Looks at a version of the selected dataset; null for the newest. */
  showVersion(version: number | null): void {
    this.version = version;
    void this.#readDetail();
  }

  /** Takes a version that was just made, and looks at it. */
  async adopt(made: DatasetDetail): Promise<void> {
    if (this.selectedId === made.id) {
      this.version = null;
      this.detail = made;
    }
    await this.refresh();
  }

  /** Takes the newest version back, unless a run has seen it; why not comes as a toast. */
  async undoEdit(id: string, version: number): Promise<void> {
    try {
      await this.adopt(await this.#client.request('datasets/undoEdit', { id, version }));
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      this.#toasts.show({ message: `${message} ${action}` });
    }
  }

  /** Gives the dataset another name. @throws DenseLabError when the name is taken */
  async rename(id: string, name: string): Promise<void> {
    const changed = await this.#client.request('datasets/rename', { id, name });
    this.list = this.list.map((dataset) => (dataset.id === id ? changed : dataset));
    if (this.detail?.id === id) this.detail = { ...this.detail, name: changed.name };
  }

  /** Sets a dataset aside, with the way back in a toast. @throws DenseLabError */
  async remove(id: string): Promise<void> {
    const index = this.list.findIndex((dataset) => dataset.id === id);
    const dataset = this.list[index];
    if (dataset === undefined) return;
    await this.#client.request('datasets/remove', { id });
    this.list = this.list.filter((other) => other.id !== id);
    if (this.selectedId === id) this.select((this.list[index] ?? this.list[index - 1])?.id ?? null);
    this.#toasts.show({ message: `Deleted ${dataset.name}`, undo: () => void this.restore(id) });
  }

  /** Sets a dataset that cannot be read aside, with the way back in a toast. @throws DenseLabError */
  async removeDamaged(id: string): Promise<void> {
    await this.#client.request('datasets/remove', { id });
    this.damaged = this.damaged.filter((other) => other.id !== id);
    this.#toasts.show({ message: `Deleted ${id}, which could not be read`, undo: () => void this.#restoreDamaged(id) });
  }

  /** A restored dataset that is damaged comes back with its damage; that is no failure of restoring. */
  async #restoreDamaged(id: string): Promise<void> {
    await this.#client.request('datasets/restore', { id }).catch(() => undefined);
    await this.refresh();
  }

  /** Brings a removed dataset back and opens it. */
  async restore(id: string): Promise<void> {
    try {
      await this.#client.request('datasets/restore', { id });
      await this.refresh();
      this.select(id);
    } catch (thrown) {
      this.#toasts.show({ message: toFailure(thrown).message });
    }
  }

  /** Shows a dataset's folder in the system's file manager. @throws DenseLabError */
  async reveal(id: string): Promise<void> {
    await this.#client.request('app/showPath', { path: { dataset: id } });
  }

  async #readDetail(): Promise<void> {
    const id = this.selectedId;
    const read = ++this.#reads;
    this.detailFailure = null;
    if (id === null) return;
    try {
      const { version } = this;
      const detail = await this.#client.request('datasets/show', { id, ...(version !== null && { version }) });
      if (read === this.#reads) this.detail = detail;
    } catch (thrown) {
      if (read === this.#reads) this.detailFailure = toFailure(thrown);
    }
  }
}
