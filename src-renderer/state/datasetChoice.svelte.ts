import type { DatasetDetail, DatasetSummary } from '../../src-main/contract/dataset.ts';
import type { Client } from '../bridge/client.ts';
import type { DatasetsState } from './datasets.svelte.ts';

/** What a run is to be trained on: a dataset, and which version of it. */
export class DatasetChoice {
  readonly #client: Client;
  readonly #datasets: DatasetsState;
  #id: string | null = $state(null);
  #version: number | null = $state(null);
  /** The chosen version, where it is not the newest. */
  #detail: DatasetDetail | null = $state.raw(null);

  constructor(client: Client, datasets: DatasetsState) {
    this.#client = client;
    this.#datasets = datasets;
  }

  /** Id of the dataset; null until one is chosen. */
  get id(): string | null {
    return this.#id;
  }

  /** Number of the version; null for the newest. */
  get version(): number | null {
    return this.newest?.id === this.#id ? this.#version : null;
  }

  /** The dataset as the list has it: the chosen one, or else the one that is open. */
  get newest(): DatasetSummary | null {
    const { list, selected } = this.#datasets;
    return list.find(({ id }) => id === this.#id) ?? selected ?? list[0] ?? null;
  }

  /** The dataset as the chosen version has it; as the newest has it while that is read. */
  get dataset(): DatasetSummary | null {
    const newest = this.newest;
    const chosen = this.#detail;
    return chosen !== null && chosen.id === newest?.id && chosen.version === this.version ? chosen : newest;
  }

  /** Chooses a dataset, and a version of it; null is the newest, whichever that is when the run starts. */
  choose(id: string, version: number | null): void {
    this.#id = id;
    this.#version = version;
    if (version !== null) void this.#read(id, version);
  }

  async #read(id: string, version: number): Promise<void> {
    try {
      this.#detail = await this.#client.request('datasets/show', { id, version });
    } catch {
      // A version that is gone since is not trained on; the newest takes its place, and the form shows that.
      if (this.#id === id && this.#version === version) this.#version = null;
    }
  }
}
