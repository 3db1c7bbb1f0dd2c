import type { Client } from '../bridge/client.ts';

/** More marks than the plate has dots would not be seen. */
const MOST_MARKS = 2000;

/** Where in an import files were skipped, for the drop plate: an event tells how many so far, and this keeps when. */
export class ImportTrace {
  #skipped: ReadonlyMap<number, readonly number[]> = $state.raw(new Map<number, readonly number[]>());

  constructor(client: Client) {
    client.on('import', (event) => {
      const known = this.#skipped.get(event.importId) ?? [];
      if (event.phase !== 'reading') {
        if (known.length > 0) this.#forget(event.importId);
        return;
      }
      const added = Math.min(event.skipped, MOST_MARKS) - known.length;
      if (added > 0) {
        const marks = new Array<number>(added).fill(event.done);
        this.#skipped = new Map(this.#skipped).set(event.importId, [...known, ...marks]);
      }
    });
  }

  /** Images that had been read when each skipped file was met; empty for an import that skipped none, or ended. */
  skippedAt(importId: number): readonly number[] {
    return this.#skipped.get(importId) ?? [];
  }

  #forget(importId: number): void {
    const rest = new Map(this.#skipped);
    rest.delete(importId);
    this.#skipped = rest;
  }
}
