/** Gives each image its split and label. */

import type { SkippedFile, Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import { shuffle } from '../order.ts';
import type { FoundImage } from './folderScan.ts';
import { compareNaturally } from './naturalOrder.ts';

/** Share of each class that is kept for testing when the source has no splits of its own. */
const TEST_SHARE = 0.2;

/** An image with its place in the dataset. */
export interface PlacedImage {
  readonly image: FoundImage;
  readonly split: Split;
  readonly label: number;
}

/** A dataset's plan. */
export interface Placement {
  readonly classNames: readonly string[];
  /** In stored order: by split, then class (unless the order is kept), then path. */
  readonly images: readonly PlacedImage[];
  /** Images of classes that are never trained. */
  readonly skipped: readonly SkippedFile[];
  /** The seed, when it decided anything. */
  readonly splitSeed: number | null;
}

/** What a source says about order. */
export interface PlacingOptions {
  /** Images of one split stay in the order in which they were found, rather than in that of classes. */
  readonly keepsOrder?: boolean;
  /** Names in the source's own order; absent ones follow by name. */
  readonly classOrder?: readonly string[];
}

/** Sorts the images into splits: their own, or a fifth of each class for testing, drawn by the seed. */
export function placeImages(
  found: readonly FoundImage[],
  seed: number,
  { keepsOrder = false, classOrder = [] }: PlacingOptions = {},
): Placement {
  const isSplit = found.some((image) => image.split !== null);
  const trained = found.filter((image) => image.split === null || image.split === 'train');
  const used = new Set(trained.map((image) => image.className));
  const others = [...used].filter((name) => !classOrder.includes(name)).sort(compareNaturally);
  const classNames = [...classOrder.filter((name) => used.has(name)), ...others];
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const skipped: SkippedFile[] = [];
  const placed: PlacedImage[] = [];
  for (const [className, images] of groupByClass(found)) {
    const label = labels.get(className);
    if (label === undefined) skipped.push(...images.map(untrained));
    else placed.push(...(isSplit ? asGiven(images, label) : drawn(images, label, seed)));
  }
  // Sorting is stable: paths of one class and split stay in the order in which they were found.
  const places = keepsOrder ? new Map(found.map((image, place) => [image, place])) : null;
  const rank = ({ image, label }: PlacedImage): number => (places === null ? label : (places.get(image) ?? 0));
  placed.sort((one, other) => SPLITS.indexOf(one.split) - SPLITS.indexOf(other.split) || rank(one) - rank(other));
  return { classNames, images: placed, skipped, splitSeed: isSplit ? null : seed };
}

function groupByClass(found: readonly FoundImage[]): ReadonlyMap<string, readonly FoundImage[]> {
  const groups = new Map<string, FoundImage[]>();
  for (const image of found) {
    const group = groups.get(image.className);
    if (group === undefined) groups.set(image.className, [image]);
    else group.push(image);
  }
  return groups;
}

function asGiven(images: readonly FoundImage[], label: number): readonly PlacedImage[] {
  return images.map((image) => ({ image, split: image.split ?? 'train', label }));
}

/**
 * Which images of a class are kept for testing when a source has no splits of its own: at least one for each split as soon as the
 * class has two. A pure function of its arguments.
 */
export function drawForTest(images: number, seed: number, label: number): ReadonlySet<number> {
  const order = Uint32Array.from({ length: images }, (_, index) => index);
  shuffle(order, seed, label);
  return new Set(order.subarray(0, images < 2 ? 0 : Math.max(1, Math.round(images * TEST_SHARE))));
}

function drawn(images: readonly FoundImage[], label: number, seed: number): readonly PlacedImage[] {
  const tested = drawForTest(images.length, seed, label);
  return images.map((image, index) => ({ image, split: tested.has(index) ? 'test' : 'train', label }));
}

function untrained(image: FoundImage): SkippedFile {
  return {
    path: image.inside,
    reason: `Class "${image.className}" is in ${String(image.split)} but not in train`,
    remedy: 'Add images of this class to train, or remove it',
  };
}
