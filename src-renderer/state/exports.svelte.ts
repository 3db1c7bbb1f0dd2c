import { assertNever, toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { AppEvents } from '../../src-main/contract/events.ts';
import type { RequestInput } from '../../src-main/contract/requests.ts';
import type { Client } from '../bridge/client.ts';
import { oncePerFrame } from './frame.ts';
import type { ToastState } from './toasts.svelte.ts';

type ExportEvent = AppEvents['export'];

/** An export that goes on, that is done and can still be shown, or that failed; until it is put away. */
export type ExportItem = Exclude<ExportEvent, { phase: 'cancelled' }>;

/** Exports of datasets: what is being written, what is there, and what went wrong. */
export class ExportsState {
  /** Oldest first. */
  items: readonly ExportItem[] = $state.raw([]);
  readonly #client: Client;
  readonly #toasts: ToastState;
  readonly #draft = new Map<number, ExportItem>();
  readonly #publish = oncePerFrame(() => (this.items = [...this.#draft.values()]));

  constructor(client: Client, toasts: ToastState) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('export', (event) => this.#receive(event));
  }

  /** Asks for a folder with the system's dialog; null when it was closed. @throws DenseLabError */
  async chooseFolder(): Promise<string | null> {
    return (await this.#client.request('datasets/choose', { kind: 'folder' }))[0] ?? null;
  }

  /** Starts an export. Returns why it could not start; null when it did. */
  async start(request: RequestInput<'datasets/export'>): Promise<Failure | null> {
    try {
      await this.#client.request('datasets/export', request);
      return null;
    } catch (thrown) {
      return toFailure(thrown);
    }
  }

  /** Ends an export; nothing of it stays. */
  async cancel(exportId: number): Promise<void> {
    await this.#tell(() => this.#client.request('datasets/cancelExport', { exportId }));
  }

  /** Shows what a finished export has made in the system's file manager. */
  async reveal(exportId: number): Promise<void> {
    await this.#tell(() => this.#client.request('datasets/showExport', { exportId }));
  }

  /** Puts one that is done or failed away. */
  dismiss(exportId: number): void {
    this.#draft.delete(exportId);
    this.#publish();
  }

  #receive(event: ExportEvent): void {
    switch (event.phase) {
      case 'writing':
      case 'finished':
      case 'failed':
        this.#draft.set(event.exportId, event);
        break;
      case 'cancelled':
        this.#draft.delete(event.exportId);
        break;
      default:
        assertNever(event);
    }
    this.#publish();
  }

  async #tell(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      this.#toasts.show({ message: `${message} ${action}` });
    }
  }
}
