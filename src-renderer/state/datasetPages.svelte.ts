import type { DatasetSummary, ImagePage, Split } from '../../src-main/contract/dataset.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';

/** Which images of a dataset are shown. */
export interface ImageFilter {
  readonly split: Split | null;
  /** Position in `classNames`. */
  readonly label: number | null;
}

/** One image of the view: where it comes from, and where its pixels are. */
export interface ViewedImage {
  readonly index: number;
  readonly split: Split;
  readonly label: number;
  readonly origin: string;
  /** Pixels of its whole page; the image is the one at `offset`, counted in images. */
  readonly pixels: Uint8Array;
  readonly offset: number;
}

/** A page of the view. */
export interface LoadedPage {
  /** Position of its first image in the view. */
  readonly first: number;
  readonly page: ImagePage;
}

/** The shape and identity of what is shown; a new version of the same dataset is another view. */
export type ViewedDataset = Pick<DatasetSummary, 'id' | 'contentHash' | 'height' | 'width' | 'channels'>;

const EVERYTHING: ImageFilter = { split: null, label: null };
/** A page is about a megabyte, so that reading and sending it stays under a frame or two. */
const PAGE_BYTES = 1 << 20;
const CACHE_BYTES = 64 << 20;
const LARGEST_PAGE = 240;

/** Images of one dataset, page by page: only what is in sight is read, and the least recently seen pages are let go. */
export class DatasetPages {
  filter: ImageFilter = $state.raw(EVERYTHING);
  /** Images that match the filter; null until the first page is read. */
  matching: number | null = $state(null);
  /** Grows with every page that arrives, so that a canvas knows when to draw again. */
  revision = $state(0);
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;
  /** By number of the page; the order of insertion is the order of use. */
  readonly #pages = new Map<number, ImagePage>();
  readonly #asked = new Set<number>();
  #dataset: ViewedDataset | null = null;
  /** Tells answers to an earlier view from those to this one. */
  #view = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Images on one page of the present view. */
  get pageSize(): number {
    const dataset = this.#dataset;
    if (dataset === null) return 1;
    const bytes = dataset.height * dataset.width * dataset.channels;
    return Math.max(1, Math.min(LARGEST_PAGE, Math.floor(PAGE_BYTES / bytes)));
  }

  /** Shows a dataset from its first image, all classes and splits; nothing happens when it is the one that is shown. */
  open(dataset: ViewedDataset): void {
    const shown = this.#dataset;
    if (shown?.id === dataset.id && shown.contentHash === dataset.contentHash) return;
    this.#dataset = dataset;
    this.setFilter(EVERYTHING);
  }

  /** Shows other images of the same dataset, from the first. */
  setFilter(filter: ImageFilter): void {
    this.filter = filter;
    this.#view += 1;
    this.#pages.clear();
    this.#asked.clear();
    this.matching = null;
    this.failure = null;
    this.revision += 1;
    this.#read(0);
  }

  /** Asks for the images of a range of positions that are not there yet. */
  need(first: number, end: number): void {
    for (let page = Math.floor(first / this.pageSize); page * this.pageSize < end; page += 1) this.#read(page);
  }

  /** The image at a position of the view; null while it is on its way. */
  at(position: number): ViewedImage | null {
    const number = Math.floor(position / this.pageSize);
    const offset = position - number * this.pageSize;
    const page = this.#pages.get(number);
    const image = page?.images[offset];
    return page === undefined || image === undefined ? null : { ...image, pixels: page.pixels, offset };
  }

  /** The page that holds a position; null while it is on its way. */
  pageAt(position: number): LoadedPage | null {
    const number = Math.floor(position / this.pageSize);
    const page = this.#pages.get(number);
    return page === undefined ? null : { first: number * this.pageSize, page };
  }

  #read(page: number): void {
    const held = this.#pages.get(page);
    if (held !== undefined) {
      this.#pages.delete(page);
      this.#pages.set(page, held);
    } else if (!this.#asked.has(page)) {
      void this.#fetch(page);
    }
  }

  async #fetch(page: number): Promise<void> {
    const dataset = this.#dataset;
    if (dataset === null) return;
    const view = this.#view;
    this.#asked.add(page);
    try {
      const { split, label } = this.filter;
      const filter = { ...(split === null ? {} : { split }), ...(label === null ? {} : { label }) };
      const window = { offset: page * this.pageSize, limit: this.pageSize };
      const answer = await this.#client.request('datasets/images', { id: dataset.id, filter, ...window });
      if (view !== this.#view) return;
      this.#keep(page, answer);
    } catch (thrown) {
      if (view === this.#view) this.failure = toFailure(thrown);
    } finally {
      if (view === this.#view) this.#asked.delete(page);
    }
  }

  #keep(page: number, answer: ImagePage): void {
    this.matching = answer.matching;
    this.failure = null;
    this.#pages.set(page, answer);
    let bytes = 0;
    for (const held of this.#pages.values()) bytes += held.pixels.byteLength;
    for (const [number, held] of this.#pages) {
      if (bytes <= CACHE_BYTES || number === page) break;
      this.#pages.delete(number);
      bytes -= held.pixels.byteLength;
    }
    this.revision += 1;
  }
}
