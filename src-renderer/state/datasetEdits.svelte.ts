import type { DatasetDetail } from '../../src-main/contract/dataset.ts';
import type { DatasetEdit } from '../../src-main/contract/datasetVersion.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';
import { marksOf, type ImageMark } from './imageMarks.ts';

/** Edits that wait to become the next version. They belong to one version of one dataset, and wait for it to be shown again. */
export class DatasetEdits {
  /** In the order in which they were made. */
  edits: readonly DatasetEdit[] = $state.raw([]);
  saving = $state(false);
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;
  readonly #kept = new Map<string, readonly DatasetEdit[]>();
  #shown: { readonly id: string; readonly version: number } | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** What becomes of single images, by position in the version's stored order. */
  readonly marks: ReadonlyMap<number, ImageMark> = $derived(marksOf(this.edits));

  /** Turns to the edits of a version. */
  open(id: string, version: number): void {
    if (this.#shown?.id === id && this.#shown.version === version) return;
    this.#shown = { id, version };
    this.edits = this.#kept.get(keyOf(this.#shown)) ?? [];
    this.failure = null;
  }

  /** Adds an edit. */
  add(edit: DatasetEdit): void {
    this.#keep([...this.edits, edit]);
  }

  /** Takes the last edit back. */
  undo(): void {
    this.#keep(this.edits.slice(0, -1));
  }

  /** Takes one edit back. */
  remove(edit: DatasetEdit): void {
    this.#keep(this.edits.filter((other) => other !== edit));
  }

  /** Takes all edits back. */
  clear(): void {
    this.#keep([]);
  }

  /** Makes the next version of the edits. Returns it; null when it could not be made, with the reason in `failure`. */
  async save(): Promise<DatasetDetail | null> {
    const shown = this.#shown;
    if (shown === null || this.edits.length === 0 || this.saving) return null;
    this.saving = true;
    this.failure = null;
    try {
      const { edits } = this;
      const made = await this.#client.request('datasets/edit', { ...shown, edits });
      this.#kept.delete(keyOf(shown));
      if (this.#shown === shown) this.edits = [];
      return made;
    } catch (thrown) {
      this.failure = toFailure(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  #keep(edits: readonly DatasetEdit[]): void {
    this.edits = edits;
    this.failure = null;
    if (this.#shown === null) return;
    if (edits.length === 0) this.#kept.delete(keyOf(this.#shown));
    else this.#kept.set(keyOf(this.#shown), edits);
  }
}

function keyOf({ id, version }: { readonly id: string; readonly version: number }): string {
  return `${id} ${String(version)}`;
}
