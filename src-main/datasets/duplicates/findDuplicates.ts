/** Finds all duplicates among the images of an import. Takes seconds of work: for a process of its own. */

import { createHash } from 'node:crypto';
import type { StoredDataset } from '../layout.ts';
import { imageBytes } from '../layout.ts';
import { streamPixels } from '../versions/pixelStream.ts';
import type { FoundDuplicates } from './duplicates.ts';
import { findNear } from './findNear.ts';

/** What must be known of the import. */
export type ImportedImages = Pick<StoredDataset, 'images' | 'height' | 'width' | 'channels'>;

/** Whoever finds duplicates; ends early, as `cancelled`, when the signal is aborted. */
export type DuplicateFinder = (
  directory: string,
  dataset: ImportedImages,
  signal: AbortSignal,
) => Promise<FoundDuplicates>;

/**
 * Compares the images of a dataset's folder.
 * @throws DenseLabError `dataset-damaged`.
 */
export async function findDuplicates(directory: string, dataset: ImportedImages): Promise<FoundDuplicates> {
  const exact = await findExact(directory, dataset);
  const repeated = new Set(exact.flatMap(([, ...others]) => others));
  const distinct = placesOf(dataset.images).filter((place) => !repeated.has(place));
  return { exact, near: await findNear(directory, dataset, distinct) };
}

/** Groups of images with the same pixels, by their SHA-256, and then byte for byte. */
async function findExact(directory: string, dataset: ImportedImages): Promise<number[][]> {
  const byHash = new Map<string, number[]>();
  const bytes = imageBytes(dataset);
  for await (const { first, count, pixels } of streamPixels(directory, bytes, placesOf(dataset.images))) {
    for (let index = 0; index < count; index++) {
      const image = pixels.subarray(index * bytes, (index + 1) * bytes);
      const hash = createHash('sha256').update(image).digest('base64');
      const same = byHash.get(hash);
      if (same === undefined) byHash.set(hash, [first + index]);
      else same.push(first + index);
    }
  }
  const groups: number[][] = [];
  for (const group of byHash.values()) {
    if (group.length > 1) groups.push(...(await sameBytes(directory, bytes, group)));
  }
  return groups;
}

/** The group, when its images really have the same bytes: a hash only says so. */
async function sameBytes(directory: string, bytes: number, group: readonly number[]): Promise<number[][]> {
  let model: Uint8Array | null = null;
  const same: number[] = [];
  for await (const { first, count, pixels } of streamPixels(directory, bytes, Uint32Array.from(group))) {
    for (let index = 0; index < count; index++) {
      const image = pixels.subarray(index * bytes, (index + 1) * bytes);
      model ??= image.slice();
      if (Buffer.compare(model, image) === 0) same.push(group[first + index] ?? 0);
    }
  }
  return same.length > 1 ? [same] : [];
}

function placesOf(images: number): Uint32Array {
  return Uint32Array.from({ length: images }, (_, place) => place);
}
