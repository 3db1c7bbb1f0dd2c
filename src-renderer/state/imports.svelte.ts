import type { ImportEvent, ImportRequest } from '../../src-main/contract/dataset.ts';
import { assertNever, toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';
import type { DatasetsState } from './datasets.svelte.ts';
import { oncePerFrame } from './frame.ts';
import { ImportSheet } from './importSheet.svelte.ts';
import type { ToastState } from './toasts.svelte.ts';

/** An import that goes on, or that failed and has not been put away. */
export type ImportItem = Extract<ImportEvent, { phase: 'reading' }> | Extract<ImportEvent, { phase: 'failed' }>;

/** Imports: what is being prepared and read, and what went wrong. */
export class ImportsState {
  /** Oldest first. */
  items: readonly ImportItem[] = $state.raw([]);
  /** Why an import could not even start; null once it is put away. */
  refusal: Failure | null = $state.raw(null);
  /** The import that is being prepared. */
  readonly sheet: ImportSheet;
  readonly #client: Client;
  readonly #datasets: DatasetsState;
  readonly #toasts: ToastState;
  readonly #draft = new Map<number, ImportItem>();
  readonly #publish = oncePerFrame(() => (this.items = [...this.#draft.values()]));

  constructor(client: Client, datasets: DatasetsState, toasts: ToastState) {
    this.#client = client;
    this.#datasets = datasets;
    this.#toasts = toasts;
    this.sheet = new ImportSheet(client, (request) => this.start(request));
    client.on('import', (event) => this.#receive(event));
  }

  /** Shows what would become of files and folders of this machine, given by their absolute paths. */
  addPaths(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.refusal = null;
    this.sheet.open({ kind: 'paths', paths });
  }

  /** Makes the sample dataset, which needs no file. */
  async addSample(): Promise<void> {
    await this.start({ source: { kind: 'sample', sample: 'shapes' } });
  }

  /** Opens the system's dialog, and the sheet for what is chosen. */
  async choose(kind: 'folder' | 'files'): Promise<void> {
    try {
      this.addPaths(await this.#client.request('datasets/choose', { kind }));
    } catch (thrown) {
      this.refusal = toFailure(thrown);
    }
  }

  /** Starts an import; a refusal is kept in `refusal`. */
  async start(request: ImportRequest): Promise<void> {
    this.refusal = null;
    try {
      await this.#client.request('datasets/import', request);
    } catch (thrown) {
      this.refusal = toFailure(thrown);
    }
  }

  /** Ends an import; nothing of it stays. */
  async cancel(importId: number): Promise<void> {
    try {
      await this.#client.request('datasets/cancelImport', { importId });
    } catch (thrown) {
      this.refusal = toFailure(thrown);
    }
  }

  /** Puts a failed import away. */
  dismiss(importId: number): void {
    this.#draft.delete(importId);
    this.#publish();
  }

  #receive(event: ImportEvent): void {
    switch (event.phase) {
      case 'reading':
      case 'failed':
        this.#draft.set(event.importId, event);
        break;
      case 'cancelled':
        this.#draft.delete(event.importId);
        break;
      case 'finished':
        this.#draft.delete(event.importId);
        this.#toasts.show({ message: `Added ${event.dataset.name}` });
        void this.#open(event.dataset.id);
        break;
      default:
        assertNever(event);
    }
    this.#publish();
  }

  async #open(id: string): Promise<void> {
    await this.#datasets.refresh();
    this.#datasets.select(id);
  }
}
