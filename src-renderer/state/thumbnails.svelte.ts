import type { DatasetSummary } from '../../src-main/contract/dataset.ts';
import type { Client } from '../bridge/client.ts';

/** Pixels of a few images of one dataset, one after another, uint8 NHWC. */
export interface Thumbnails {
  readonly count: number;
  readonly pixels: Uint8Array;
}

/** How many images stand for a dataset. */
export const THUMBNAILS = 4;

/** The images that stand for each dataset: the first one of each of its first four classes. */
export class ThumbnailState {
  #known: ReadonlyMap<string, Thumbnails> = $state.raw(new Map<string, Thumbnails>());
  readonly #client: Client;
  readonly #asked = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The images of a dataset; null while they are on their way. */
  of(dataset: Pick<DatasetSummary, 'contentHash'>): Thumbnails | null {
    return this.#known.get(dataset.contentHash) ?? null;
  }

  /** Reads the images of datasets that are not known yet, one dataset after the other. */
  async read(datasets: readonly DatasetSummary[]): Promise<void> {
    for (const dataset of datasets) {
      if (this.#asked.has(dataset.contentHash)) continue;
      this.#asked.add(dataset.contentHash);
      try {
        const images = await this.#readOne(dataset);
        this.#known = new Map(this.#known).set(dataset.contentHash, images);
      } catch {
        // The dataset's own page says what is wrong with it; the list only goes without pictures, and asks again later.
        this.#asked.delete(dataset.contentHash);
      }
    }
  }

  async #readOne(dataset: DatasetSummary): Promise<Thumbnails> {
    const classes = dataset.classNames.slice(0, THUMBNAILS);
    const pages = await Promise.all(
      classes.map((_, label) =>
        this.#client.request('datasets/images', { id: dataset.id, filter: { label }, offset: 0, limit: 1 }),
      ),
    );
    const found = pages.filter((page) => page.images.length > 0);
    const size = dataset.height * dataset.width * dataset.channels;
    const pixels = new Uint8Array(found.length * size);
    found.forEach((page, index) => pixels.set(page.pixels.subarray(0, size), index * size));
    return { count: found.length, pixels };
  }
}
