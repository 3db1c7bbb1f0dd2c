/** Gives each image its split and label. */

import type { SkippedFile, Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import { shuffle } from '../order.ts';
import type { FoundImage } from './folderScan.ts';
import { unhurried } from '../unhurried.ts';
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
export async function placeImages(
  found: readonly FoundImage[],
  seed: number,
  { keepsOrder = false, classOrder = [] }: PlacingOptions = {},
): Promise<Placement> {
  const isSplit = found.some((image) => image.split !== null);
  const used = new Set<string>();
  await unhurried(found, ({ split, className }) => {
    if (split === null || split === 'train') used.add(className);
  });
  const others = [...used].filter((name) => !classOrder.includes(name)).sort(compareNaturally);
  const classNames = [...classOrder.filter((name) => used.has(name)), ...others];
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const { groups, skipped } = await byLabel(found, labels);
  const drawn = isSplit ? [] : groups.map((images, label) => drawForTest(images.length, seed, label));
  const seen = groups.map(() => 0);
  const placed: Record<Split, PlacedImage[]> = { train: [], validation: [], test: [] };
  await unhurried(keepsOrder ? found : groups.flat(), (image) => {
    const label = labels.get(image.className);
    if (label === undefined) return;
    const place = seen[label] ?? 0;
    seen[label] = place + 1;
    const split = image.split ?? (drawn[label]?.has(place) === true ? 'test' : 'train');
    placed[split].push({ image, split, label });
  });
  const images = SPLITS.flatMap((split) => placed[split]);
  return { classNames, images, skipped, splitSeed: isSplit ? null : seed };
}

/** Images by class, as they were found within each; and those of classes that are never trained. */
async function byLabel(
  found: readonly FoundImage[],
  labels: ReadonlyMap<string, number>,
): Promise<{ readonly groups: readonly (readonly FoundImage[])[]; readonly skipped: readonly SkippedFile[] }> {
  const groups: FoundImage[][] = Array.from(labels, () => []);
  const skipped: SkippedFile[] = [];
  await unhurried(found, (image) => {
    const group = groups[labels.get(image.className) ?? -1];
    if (group === undefined) skipped.push(untrained(image));
    else group.push(image);
  });
  return { groups, skipped };
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
