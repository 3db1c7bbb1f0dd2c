/** Imports that a window has started: each has a number, tells its progress, and can be cancelled. One preview at a time. */

import path from 'node:path';
import type { ImportPreview, PreviewRequest } from '../contract/conversion.ts';
import type { ImportEvent, ImportRequest } from '../contract/dataset.ts';
import { toFailure } from '../contract/errors.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { Tasks } from './tasks.ts';

/** Runs imports and tells of them. */
export class ImportDesk {
  readonly #store: DatasetStore;
  readonly #tell: (event: ImportEvent) => void;
  readonly #tasks = new Tasks();
  #preview = new AbortController();

  constructor(store: DatasetStore, tell: (event: ImportEvent) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  /** Starts one; its outcome comes as an event. */
  start(request: ImportRequest): number {
    return this.#tasks.start((importId, signal) => this.#run(importId, request, signal));
  }

  /** What an import would make; an older preview that is still under way is cancelled. */
  preview(request: PreviewRequest): Promise<ImportPreview> {
    this.#preview.abort();
    this.#preview = new AbortController();
    return this.#store.preview(request, this.#preview.signal);
  }

  /** Ends one, if it still runs; nothing of it stays. */
  cancel(importId: number): void {
    this.#tasks.cancel(importId);
  }

  /** Cancels all and resolves when they have cleaned up. */
  async close(): Promise<void> {
    this.#preview.abort();
    await this.#tasks.close();
  }

  async #run(importId: number, request: ImportRequest, signal: AbortSignal): Promise<void> {
    try {
      const dataset = await this.#store.import(request, {
        signal,
        onProgress: (progress) => this.#tell({ phase: 'reading', importId, ...progress }),
      });
      this.#tell({ phase: 'finished', importId, dataset });
    } catch (thrown) {
      const error = toFailure(thrown);
      if (error.code === 'cancelled') this.#tell({ phase: 'cancelled', importId });
      else this.#tell({ phase: 'failed', importId, title: titleOf(request), error });
    }
  }
}

function titleOf({ name, source }: ImportRequest): string {
  if (name !== undefined) return name;
  return source.kind === 'sample' ? 'Shapes-10' : path.basename(source.paths[0] ?? '');
}
