import type { Failure } from '../../src-main/contract/errors.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { RuntimeEvent, RuntimeView } from '../../src-main/contract/runtime.ts';
import type { Client } from '../bridge/client.ts';
import type { EngineState } from './engine.svelte.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Where an installation stands. */
export interface RuntimeProgress {
  readonly text: string;
  /** 0 to 1; null where it is not known. */
  readonly share: number | null;
}

/** The TensorFlow runtime: what is there, and one installation at a time. */
export class RuntimeState {
  view: RuntimeView | null = $state.raw(null);
  progress: RuntimeProgress | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;
  readonly #engine: EngineState;
  readonly #toasts: ToastState;

  constructor(client: Client, engine: EngineState, toasts: ToastState) {
    this.#client = client;
    this.#engine = engine;
    this.#toasts = toasts;
    client.on('runtime', (event) => this.#receive(event));
  }

  /** Reads what is there. */
  async refresh(): Promise<void> {
    try {
      this.view = await this.#client.request('runtime/show', null);
      if (this.view.working) this.progress ??= STARTING;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  /** Installs by download, or goes on with one that was broken off. `rehash` reads what is installed again. */
  async install(rehash = false): Promise<void> {
    await this.#start(null, rehash);
  }

  /** Installs from a wheel that the person has. */
  async installFrom(): Promise<void> {
    const wheel = await this.#client.request('runtime/choose', null);
    if (wheel !== null) await this.#start(wheel, false);
  }

  /** Ends an installation; what was downloaded stays. */
  async cancel(): Promise<void> {
    await this.#client.request('runtime/cancel', null);
  }

  /** Removes a version from the cache folder. */
  async remove(folder: string): Promise<void> {
    try {
      this.failure = null;
      await this.#client.request('runtime/remove', { folder });
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
    await this.#lookAgain();
  }

  async #start(wheel: string | null, rehash: boolean): Promise<void> {
    this.failure = null;
    this.progress = STARTING;
    try {
      await this.#client.request('runtime/install', { wheel, rehash });
    } catch (thrown) {
      this.progress = null;
      this.failure = toFailure(thrown);
    }
  }

  #receive(event: RuntimeEvent): void {
    if (event.event === 'progress') {
      this.progress = event;
      return;
    }
    this.progress = null;
    if (event.event === 'failed') this.failure = event.error;
    else if (event.event === 'ready') {
      const words = event.repaired ? 'is installed' : 'is whole: every file is as it was published';
      this.#toasts.show({ message: `TensorFlow ${event.version} ${words}.` });
    }
    void this.#lookAgain();
  }

  async #lookAgain(): Promise<void> {
    await Promise.all([this.refresh(), this.#engine.check()]);
  }
}

const STARTING: RuntimeProgress = { text: 'starting', share: null };
