import type { DatasetSummary, ImagePage } from '../../src-main/contract/dataset.ts';
import type { ImageFilter } from '../../src-main/contract/datasetVersion.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';
import type { PixelShape } from '../drawing/pixels.ts';
import { EVERY_IMAGE } from './imageFilter.ts';

/** What a page tells of one image. */
export type PageImage = ImagePage['images'][number];

/** One image of the view: where it comes from, and where its pixels are. */
export interface ViewedImage extends PageImage {
  /** Pixels of its page; the image is the one at `offset`, counted in images. */
  readonly pixels: Uint8Array;
  /** Of one image in `pixels`: as it is stored, or smaller. */
  readonly shape: PixelShape;
  readonly offset: number;
}

/** A page of the view. */
export interface LoadedPage {
  /** Position of its first image in the view. */
  readonly first: number;
  readonly page: ImagePage;
}

/** The shape and identity of what is shown; a new version of the same dataset is another view. */
export type ViewedDataset = Pick<DatasetSummary, 'id' | 'version' | 'contentHash' | 'height' | 'width' | 'channels'>;

/** A page is about a megabyte, so that reading and sending it stays under a frame or two. */
const PAGE_BYTES = 1 << 20;
const CACHE_BYTES = 64 << 20;
/** What is read for a page of pictures that are sent smaller than they are stored. */
const READ_BYTES = 8 << 20;
const LARGEST_PAGE = 240;
/** Pages on their way at once; more would only keep those waiting that are in sight by then. */
const MOST_ASKED = 3;

/** How much of a dataset a page holds. */
export interface PageSize {
  readonly largestPage?: number;
  readonly edge?: number;
}

/** Images of one dataset, page by page: only what is in sight is read, and the least recently seen pages are let go. */
export class DatasetPages {
  filter: ImageFilter = $state.raw(EVERY_IMAGE);
  /** Images that match the filter; null until the first page is read. */
  matching: number | null = $state(null);
  /** Grows with every page that arrives, so that a canvas knows when to draw again. */
  revision = $state(0);
  failure: Failure | null = $state.raw(null);
  readonly #client: Client;
  readonly #largestPage: number;
  readonly #edge: number | undefined;
  /** By number of the page; the order of insertion is the order of use. */
  readonly #pages = new Map<number, ImagePage>();
  readonly #asked = new Set<number>();
  /** Pages that are to be read next, the most urgent first: what is in sight now, whatever was before. */
  #wanted: readonly number[] = [];
  #dataset: ViewedDataset | null = null;
  /** Tells answers to an earlier view from those to this one. */
  #view = 0;

  /**
   * @param largestPage most images of a page; 1 where single images are wanted from anywhere
   * @param edge longest edge of the pixels; as they are stored when absent
   */
  constructor(client: Client, { largestPage = LARGEST_PAGE, edge }: PageSize = {}) {
    this.#client = client;
    this.#largestPage = largestPage;
    this.#edge = edge;
  }

  /** Images on one page of the present view. */
  get pageSize(): number {
    const dataset = this.#dataset;
    if (dataset === null) return 1;
    const { height, width, channels } = dataset;
    const stored = height * width * channels;
    const factor = Math.max(1, Math.max(height, width) / (this.#edge ?? Infinity));
    const sent = Math.floor(PAGE_BYTES / (stored / factor ** 2));
    return Math.max(1, Math.min(this.#largestPage, sent, Math.floor(READ_BYTES / stored)));
  }

  /** Shows a dataset from its first image, all classes and splits; nothing happens when it is the one that is shown. */
  open(dataset: ViewedDataset): void {
    const shown = this.#dataset;
    if (shown?.id === dataset.id && shown.version === dataset.version && shown.contentHash === dataset.contentHash)
      return;
    this.#dataset = dataset;
    this.setFilter(EVERY_IMAGE);
  }

  /** Shows other images of the same dataset, from the first. */
  setFilter(filter: ImageFilter): void {
    this.filter = filter;
    this.#view += 1;
    this.#pages.clear();
    this.#asked.clear();
    this.#wanted = [0];
    this.matching = null;
    this.failure = null;
    this.revision += 1;
    this.#readWanted();
  }

  /** Asks for the images of a range of positions that are not there yet, and then for their neighbours. */
  need(first: number, end: number): void {
    if (end <= first) return;
    const from = Math.floor(first / this.pageSize);
    const to = Math.floor((end - 1) / this.pageSize);
    const inSight = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    this.#want(inSight, [to + 1, from - 1]);
  }

  /** Asks for images from anywhere in the view that are not there yet. */
  needEach(positions: readonly number[]): void {
    this.#want([...new Set(positions.map((position) => Math.floor(position / this.pageSize)))], []);
  }

  /** The image at a position of the view; null while it is on its way. */
  at(position: number): ViewedImage | null {
    const number = Math.floor(position / this.pageSize);
    const offset = position - number * this.pageSize;
    const page = this.#pages.get(number);
    const image = page?.images[offset];
    if (page === undefined || image === undefined || this.#dataset === null) return null;
    const shape = { height: page.height, width: page.width, channels: this.#dataset.channels };
    return { ...image, pixels: page.pixels, shape, offset };
  }

  /** The page that holds a position; null while it is on its way. */
  pageAt(position: number): LoadedPage | null {
    const number = Math.floor(position / this.pageSize);
    const page = this.#pages.get(number);
    return page === undefined ? null : { first: number * this.pageSize, page };
  }

  /**
   * Positions in the version of a range of the view; no pixels are read for it. None when nothing is shown.
   * @throws DenseLabError
   */
  async imagesBetween(first: number, end: number): Promise<Iterable<number>> {
    if (this.#dataset === null) return [];
    const { id, version } = this.#dataset;
    const window = { offset: first, limit: end - first };
    return this.#client.request('datasets/positions', { id, version, filter: this.filter, ...window });
  }

  #ask(dataset: ViewedDataset, page: number): Promise<ImagePage> {
    const { id, version } = dataset;
    const window = { offset: page * this.pageSize, limit: this.pageSize };
    const edge = this.#edge === undefined ? {} : { edge: this.#edge };
    return this.#client.request('datasets/images', { id, version, filter: this.filter, ...window, ...edge });
  }

  #want(inSight: readonly number[], soon: readonly number[]): void {
    inSight.forEach((page) => this.#touch(page));
    this.#wanted = [...inSight, ...soon.filter((page) => this.#exists(page))];
    this.#readWanted();
  }

  #exists(page: number): boolean {
    return page >= 0 && (this.matching === null || page * this.pageSize < this.matching);
  }

  /** Moves a page to the end of those that may be let go. */
  #touch(page: number): void {
    const held = this.#pages.get(page);
    if (held === undefined) return;
    this.#pages.delete(page);
    this.#pages.set(page, held);
  }

  #readWanted(): void {
    for (const page of this.#wanted) {
      if (this.#asked.size >= MOST_ASKED) return;
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#fetch(page);
    }
  }

  async #fetch(page: number): Promise<void> {
    const dataset = this.#dataset;
    if (dataset === null) return;
    const view = this.#view;
    this.#asked.add(page);
    try {
      const answer = await this.#ask(dataset, page);
      if (view !== this.#view) return;
      this.#keep(page, answer);
    } catch (thrown) {
      if (view === this.#view) this.failure = toFailure(thrown);
    } finally {
      if (view === this.#view) this.#asked.delete(page);
    }
    if (view === this.#view && this.failure === null) this.#readWanted();
  }

  #keep(page: number, answer: ImagePage): void {
    this.matching = answer.matching;
    this.failure = null;
    this.#pages.set(page, answer);
    let bytes = 0;
    for (const held of this.#pages.values()) bytes += held.pixels.byteLength;
    for (const [number, held] of this.#pages) {
      if (bytes <= CACHE_BYTES || number === page) break;
      // What is in sight would be asked for again at once.
      if (this.#wanted.includes(number)) continue;
      this.#pages.delete(number);
      bytes -= held.pixels.byteLength;
    }
    this.revision += 1;
  }
}
