/** Finds pairs of images that look alike: re-encoded, resized, brighter or darker, mirrored, moved by a pixel, cropped a little. */

import { imageBytes } from '../layout.ts';
import { streamPixels } from '../versions/pixelStream.ts';
import { hashSize, mirrorSigns, Observer, type View } from './appearance.ts';
import type { ImportedImages } from './findDuplicates.ts';
import { HashTree } from './hashTree.ts';

/** Hashes at least this alike (their product) are of one picture: measured in docs/figures/duplicates.md. */
export const ALIKE = { grey: 0.997, colour: 0.98 };
/** Pairs that an image keeps: enough that groups hold together when some of their images are excluded. */
const MOST_PAIRS = 8;

/** What is known of the images that are compared: hashes by rank. */
interface Known {
  readonly places: Uint32Array;
  readonly hashes: Float32Array;
}

const WHOLE: View = { right: 0, down: 0, cut: 0, blur: 0 };
/** The whole, moved in each of eight directions, without its border, and blurred as by a copy that was smaller once. */
const VIEWS: readonly View[] = [
  WHOLE,
  ...[-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => ({ ...WHOLE, right, down }))).filter(isMoved),
  { ...WHOLE, cut: 0.03 },
  { ...WHOLE, blur: 0.7 },
];

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
  const { channels } = dataset;
  const known = await lookAtAll(directory, dataset, distinct);
  const size = hashSize(channels);
  // The distance between hashes of length 1 whose product is `ALIKE`.
  const farthest = Math.sqrt(2 - 2 * (channels === 1 ? ALIKE.grey : ALIKE.colour));
  const tree = new HashTree(known.hashes, size, farthest);
  const observer = new Observer(dataset, VIEWS);
  const signs = mirrorSigns(channels);
  const pairs = new PairList(known.places.length);
  await eachImage(directory, dataset, known.places, (image, rank) => {
    observer.look(image);
    const compare = (hash: Float32Array): void =>
      tree.near(hash, (other) => {
        if (other !== rank && !pairs.isKnown(rank, other)) pairs.add(rank, other);
      });
    VIEWS.forEach((_, view) => compare(observer.hashes.subarray(view * size, (view + 1) * size)));
    compare(signs.map((sign, term) => sign * (observer.hashes[term] ?? 0)));
  });
  return pairs.all().map(([one, other]) => [known.places[one] ?? 0, known.places[other] ?? 0]);
}

function isMoved({ right, down }: View): boolean {
  return right !== 0 || down !== 0;
}

async function lookAtAll(directory: string, dataset: ImportedImages, distinct: Uint32Array): Promise<Known> {
  const observer = new Observer(dataset, [WHOLE]);
  const size = hashSize(dataset.channels);
  const places = new Uint32Array(distinct.length);
  const hashes = new Float32Array(distinct.length * size);
  let rank = 0;
  await eachImage(directory, dataset, distinct, (image, at) => {
    if (!observer.look(image)) return;
    places[rank] = distinct[at] ?? 0;
    hashes.set(observer.hashes, rank * size);
    rank += 1;
  });
  return { places: places.subarray(0, rank), hashes: hashes.subarray(0, rank * size) };
}

async function eachImage(
  directory: string,
  dataset: ImportedImages,
  places: Uint32Array,
  visit: (image: Uint8Array, at: number) => void,
): Promise<void> {
  const bytes = imageBytes(dataset);
  for await (const { first, count, pixels } of streamPixels(directory, bytes, places)) {
    for (let at = 0; at < count; at++) visit(pixels.subarray(at * bytes, (at + 1) * bytes), first + at);
  }
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
