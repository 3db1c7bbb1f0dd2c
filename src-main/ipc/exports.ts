/** Exports that a window has started: each has a number, tells its progress, and can be cancelled. */

import type { DatasetExportEvent, DatasetExportRequest } from '../contract/datasetVersion.ts';
import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { Tasks } from './tasks.ts';

/** Runs exports and tells of them. */
export class ExportDesk {
  readonly #store: DatasetStore;
  readonly #tell: (event: DatasetExportEvent) => void;
  readonly #tasks = new Tasks();
  /** What finished exports have made, by their numbers. */
  readonly #made = new Map<number, string>();

  constructor(store: DatasetStore, tell: (event: DatasetExportEvent) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  /** Starts one; its outcome comes as an event. */
  start(request: DatasetExportRequest): number {
    return this.#tasks.start((exportId, signal) => this.#run(exportId, request, signal));
  }

  /** Ends one, if it still runs; nothing of it stays. */
  cancel(exportId: number): void {
    this.#tasks.cancel(exportId);
  }

  /** Absolute path of what a finished export has made. @throws DenseLabError `path-missing` */
  pathOf(exportId: number): string {
    const path = this.#made.get(exportId);
    if (path !== undefined) return path;
    throw new DenseLabError('path-missing', 'That export has not finished.', 'Export the dataset again.');
  }

  /** Cancels all and resolves when they have cleaned up. */
  close(): Promise<void> {
    return this.#tasks.close();
  }

  async #run(exportId: number, { id, version, ...target }: DatasetExportRequest, signal: AbortSignal): Promise<void> {
    let title = id;
    try {
      const path = await this.#store.export(id, version, {
        ...target,
        signal,
        onProgress: ({ done, total, rate, secondsLeft, title: name }) => {
          title = name;
          this.#tell({ phase: 'writing', exportId, title, done, total: total ?? done, rate, secondsLeft });
        },
      });
      this.#made.set(exportId, path);
      this.#tell({ phase: 'finished', exportId, title, path });
    } catch (thrown) {
      const error = toFailure(thrown);
      if (error.code === 'cancelled') this.#tell({ phase: 'cancelled', exportId });
      else this.#tell({ phase: 'failed', exportId, title, error });
    }
  }
}
