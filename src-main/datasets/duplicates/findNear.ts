/** Finds pairs of images that look alike: re-encoded, resized, brighter or darker, mirrored, moved by a pixel, cropped a little. */

import { imageBytes } from '../layout.ts';
import { streamPixels } from '../versions/pixelStream.ts';
import { likeness, Observer, pictureSize, type View } from './appearance.ts';
import type { ImportedImages } from './findDuplicates.ts';
import { HashIndex } from './hashIndex.ts';

/** Pictures at least this alike are one: measured in docs/figures/duplicates.md. Colours tell more images apart. */
const ALIKE = { grey: 0.99, colour: 0.96 };
/** Pairs that an image keeps: enough that groups hold together when some of their images are excluded. */
const MOST_PAIRS = 8;
/** Share of the edge by which a view is moved or cut; one pixel at least. */
const STEP = 0.03;

/** What is known of the images that are compared: hashes and pictures by rank. */
interface Known {
  readonly places: Uint32Array;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly pictures: Float32Array;
}

/**
 * Pairs of places, each rising.
 * @param distinct places of images of which no two have the same pixels, rising
 * @throws DenseLabError `dataset-damaged`.
 */
export async function findNear(
  directory: string,
  dataset: ImportedImages,
  distinct: Uint32Array,
): Promise<[number, number][]> {
  const known = await lookAtAll(directory, dataset, distinct);
  const index = new HashIndex(known.low, known.high);
  // Mirrored as a whole only: each look costs a search.
  const observers = viewsOf(dataset).map((view, number) => ({
    observer: new Observer(dataset, view),
    turns: number === 0 ? [false, true] : [false],
  }));
  const pairs = new PairList(known.places.length);
  const size = pictureSize(dataset.channels);
  const bytes = imageBytes(dataset);
  const alike = dataset.channels === 1 ? ALIKE.grey : ALIKE.colour;
  for await (const { first, count, pixels } of streamPixels(directory, bytes, known.places)) {
    for (let offset = 0; offset < count; offset++) {
      const rank = first + offset;
      const image = pixels.subarray(offset * bytes, (offset + 1) * bytes);
      for (const { observer, turns } of observers) {
        const seen = observer.look(image);
        if (seen === null) continue;
        for (const mirrored of turns) {
          index.near(mirrored ? seen.mirrored : seen.hash, (other) => {
            if (other === rank || pairs.isKnown(rank, other)) return;
            const picture = known.pictures.subarray(other * size, (other + 1) * size);
            if (likeness(seen.picture, picture, mirrored, dataset.channels) >= alike) pairs.add(rank, other);
          });
        }
      }
    }
  }
  return pairs.all().map(([one, other]) => [known.places[one] ?? 0, known.places[other] ?? 0]);
}

async function lookAtAll(directory: string, dataset: ImportedImages, distinct: Uint32Array): Promise<Known> {
  const observer = new Observer(dataset, { left: 0, right: 0, top: 0, bottom: 0 });
  const size = pictureSize(dataset.channels);
  const bytes = imageBytes(dataset);
  const [places, low, high] = [1, 2, 3].map(() => new Uint32Array(distinct.length));
  const pictures = new Float32Array(distinct.length * size);
  if (places === undefined || low === undefined || high === undefined) throw new Error('three arrays are three');
  let rank = 0;
  for await (const { first, count, pixels } of streamPixels(directory, bytes, distinct)) {
    for (let offset = 0; offset < count; offset++) {
      const seen = observer.look(pixels.subarray(offset * bytes, (offset + 1) * bytes));
      if (seen === null) continue;
      places[rank] = distinct[first + offset] ?? 0;
      [low[rank], high[rank]] = seen.hash;
      pictures.set(seen.picture, rank * size);
      rank += 1;
    }
  }
  return {
    places: places.subarray(0, rank),
    low: low.subarray(0, rank),
    high: high.subarray(0, rank),
    pictures: pictures.subarray(0, rank * size),
  };
}

/**
 * The whole, moved to one side in half of the directions (the other image of a pair is moved the other way), and without its
 * border.
 */
function viewsOf({ height, width }: ImportedImages): readonly View[] {
  const [x, y] = [Math.max(1, Math.round(width * STEP)), Math.max(1, Math.round(height * STEP))];
  const moved = (right: number, down: number): View => ({ left: right, right: -right, top: down, bottom: -down });
  return [moved(0, 0), moved(x, 0), moved(0, y), moved(x, y), moved(x, -y), { left: x, right: x, top: y, bottom: y }];
}

/** Pairs of ranks; an image that has many already keeps no more. */
class PairList {
  readonly #pairs = new Set<number>();
  readonly #counts: Uint8Array;
  readonly #images: number;

  constructor(images: number) {
    this.#images = images;
    this.#counts = new Uint8Array(images);
  }

  /** Whether there is nothing to learn from comparing these two. */
  isKnown(one: number, other: number): boolean {
    if ((this.#counts[one] ?? 0) >= MOST_PAIRS && (this.#counts[other] ?? 0) >= MOST_PAIRS) return true;
    return this.#pairs.has(this.#key(one, other));
  }

  add(one: number, other: number): void {
    this.#pairs.add(this.#key(one, other));
    for (const image of [one, other]) this.#counts[image] = Math.min(255, (this.#counts[image] ?? 0) + 1);
  }

  all(): [number, number][] {
    return [...this.#pairs]
      .sort((one, other) => one - other)
      .map((key) => [Math.floor(key / this.#images), key % this.#images]);
  }

  #key(one: number, other: number): number {
    return Math.min(one, other) * this.#images + Math.max(one, other);
  }
}
