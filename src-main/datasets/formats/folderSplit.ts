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
  const skipped = found.filter(({ className }) => !labels.has(className)).map(untrained);
  const isTested = isSplit ? null : drawTested(found, labels, seed);
  const inOrder = keepsOrder ? found : byLabel(found, labels);
  const placed: Record<Split, PlacedImage[]> = { train: [], validation: [], test: [] };
  for (const image of inOrder) {
    const label = labels.get(image.className);
    if (label === undefined) continue;
    const split = isTested === null ? (image.split ?? 'train') : isTested.has(image) ? 'test' : 'train';
    placed[split].push({ image, split, label });
  }
  const images = SPLITS.flatMap((split) => placed[split]);
  return { classNames, images, skipped, splitSeed: isSplit ? null : seed };
}

/** Images by class, as they were found within each. */
function byLabel(found: readonly FoundImage[], labels: ReadonlyMap<string, number>): readonly FoundImage[] {
  const groups: FoundImage[][] = Array.from(labels, () => []);
  for (const image of found) groups[labels.get(image.className) ?? -1]?.push(image);
  return groups.flat();
}

/** A share of each class, where a source has no splits of its own. */
function drawTested(
  found: readonly FoundImage[],
  labels: ReadonlyMap<string, number>,
  seed: number,
): ReadonlySet<FoundImage> {
  const counts = new Array<number>(labels.size).fill(0);
  for (const { className } of found) {
    const label = labels.get(className) ?? -1;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const drawn = counts.map((count, label) => drawForTest(count, seed, label));
  const seen = counts.map(() => 0);
  return new Set(
    found.filter(({ className }) => {
      const label = labels.get(className) ?? -1;
      const place = seen[label] ?? 0;
      seen[label] = place + 1;
      return drawn[label]?.has(place) === true;
    }),
  );
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

function untrained(image: FoundImage): SkippedFile {
  return {
    path: image.inside,
    reason: `Class "${image.className}" is in ${String(image.split)} but not in train`,
    remedy: 'Add images of this class to train, or remove it',
  };
}
