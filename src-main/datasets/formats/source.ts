/** What every format reader yields: a source that is understood, and then its images in stored order. */

import type { Conversion, PreviewImage } from '../../contract/conversion.ts';
import type { DatasetFormat, SkippedFile, Split } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';

/** Images of one split, in stored order. */
export interface ImageBatch {
  readonly split: Split;
  readonly labels: Uint16Array;
  /** uint8 NHWC. */
  readonly pixels: Uint8Array;
  /** Path of each image inside the source; null where the source has no files. */
  readonly origins: readonly string[] | null;
  /** Height and width of each image before conversion (orientation applied), one pair after another; null where nobody knows. */
  readonly sourceSizes: Uint32Array | null;
  /** Files left out on the way to this batch. */
  readonly skipped: readonly SkippedFile[];
}

/** Everything about a source that is known before its pixels are read. */
export interface PreparedSource {
  readonly format: DatasetFormat;
  /** An absolute path, or `sample:shapes`. */
  readonly source: string;
  /** A name for the dataset, when none was given. */
  readonly suggestedName: string;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly classNames: readonly string[];
  /** How source images become stored ones, in one sentence. */
  readonly conversion: string;
  /** The seed of the split, when the reader makes it. */
  readonly splitSeed: number | null;
  /** Images to come, less those that turn out to be unreadable. */
  readonly total: number;
  /** `total` by split. */
  readonly splits: Readonly<Record<Split, number>>;
  /** Files that were left out before any pixel was read. */
  readonly skipped: readonly SkippedFile[];
  /** Splits in the order of `SPLITS`; memory does not grow with their size. */
  batches(signal: AbortSignal): AsyncIterable<ImageBatch>;
  /** Up to 12 telling images before and after; absent where the first batches under both conversions do. */
  preview?(signal: AbortSignal): Promise<readonly PreviewImage[]>;
}

/** How a reader is told about the import. */
export interface PrepareOptions {
  readonly conversion: Conversion;
  readonly splitSeed: number;
  readonly signal: AbortSignal;
  /** Called while files are counted. */
  readonly onCounted: (found: number, skipped: number) => void;
}

/** @throws DenseLabError `cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new DenseLabError('cancelled', 'The import was cancelled.', 'Start it again when you like.');
}

/** The sizes of `count` source images of one size, as a batch tells them. */
export function sameSizes(count: number, height: number, width: number): Uint32Array {
  return Uint32Array.from({ length: count * 2 }, (_, index) => (index % 2 === 0 ? height : width));
}

/** A count as sentences show it: `60,000`. */
export function spelled(count: number): string {
  return count.toLocaleString('en');
}
