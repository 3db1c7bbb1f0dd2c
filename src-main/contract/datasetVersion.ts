/** Versions of a dataset, and what is known about its images. A version is frozen; an edit makes the next one. */

import type { Split } from './dataset.ts';
import type { Failure } from './errors.ts';
import type { TrainingRecipe } from './recipe.ts';

/** One version in a dataset's history. */
export interface DatasetVersion {
  /** 1 for the import. */
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** What was done, in one sentence: `Imported`, `Excluded 12 images`. */
  readonly note: string;
  readonly images: number;
  /** SHA-256 over pixels in order, labels and class names, hex. */
  readonly contentHash: string;
}

/**
 * A change of the version that a person looks at. `images` are positions in that version's stored order. Edits of one request
 * are applied in turn, each reading positions and labels of the version they started from.
 */
export type DatasetEdit =
  | { readonly kind: 'renameClass'; readonly label: number; readonly name: string }
  /** Images of all `labels` get the class of the first, under `name`. */
  | { readonly kind: 'mergeClasses'; readonly labels: readonly number[]; readonly name: string }
  | { readonly kind: 'exclude'; readonly images: readonly number[] }
  | { readonly kind: 'excludeClass'; readonly label: number }
  | { readonly kind: 'relabel'; readonly images: readonly number[]; readonly label: number }
  | { readonly kind: 'move'; readonly images: readonly number[]; readonly to: Split }
  /** Shares of all images, summing to 1; stratified keeps the class balance in each split. */
  | {
      readonly kind: 'resplit';
      readonly shares: Readonly<Record<Split, number>>;
      readonly seed: number;
      readonly stratified: boolean;
    }
  /**
   * Keeps one image of each group of duplicates. `across` only where the groups lie in several splits: the training copy goes.
   */
  | { readonly kind: 'excludeDuplicates'; readonly likeness: Likeness; readonly across: boolean };

/** Same stored pixels, or the same picture to the eye (perceptual hash). */
export type Likeness = 'exact' | 'near';

/** What is known of duplicates in one version. */
export interface DuplicateSummary {
  /** Groups of two or more images. */
  readonly groups: number;
  /** Images in these groups, less one each. */
  readonly surplus: number;
  /** Groups with images of more than one split. */
  readonly acrossSplits: number;
  /** Groups with images of more than one class. */
  readonly acrossClasses: number;
}

/** A group of duplicates: positions in the version's stored order, ascending. */
export interface DuplicateGroup {
  readonly images: readonly number[];
}

/** Sizes of the source images of one split before conversion; absent where the source has one size. */
export interface SourceSize {
  readonly height: number;
  readonly width: number;
  readonly images: number;
}

/** Everything measured about one split. */
export interface SplitStatistics {
  /** Per channel, in units of 0 to 255; empty for a split without images. */
  readonly mean: readonly number[];
  /** Per channel (population). */
  readonly standardDeviation: readonly number[];
  /** Largest class over smallest non-empty one; null for a split without images. */
  readonly imbalance: number | null;
  /** The commonest first, at most 50. */
  readonly sourceSizes: readonly SourceSize[];
  /** Different sizes in all. */
  readonly differentSizes: number;
}

/** Which images of a version are shown. Absent filters do not filter. */
export interface ImageFilter {
  readonly split?: Split;
  readonly label?: number;
  /** Only images with a duplicate; `across` in another split. */
  readonly duplicates?: { readonly likeness: Likeness; readonly across: boolean };
  /** Only this image and those that are like it, near duplicates included; it alone while they are being found. */
  readonly like?: number;
  /** Source size in pixels, both edges within, inclusive. */
  readonly sourceSize?: { readonly least: number; readonly most: number };
  /** Only these positions, in this order; the other filters do not count then. At most 10,000. */
  readonly images?: readonly number[];
  /** Part of the path inside the source or of the class name; case does not matter. */
  readonly text?: string;
}

/** A page of the groups of duplicates of one version. */
export interface DuplicatePage {
  /** Groups on all pages. */
  readonly groups: number;
  /** The largest first; equally large ones by their first image. */
  readonly page: readonly DuplicateGroup[];
}

/** What an export writes: a folder of PNG files by split and class, or one file of NumPy arrays. */
export type DatasetExportFormat = 'folder' | 'npz';

/** What to export, and where to. */
export interface DatasetExportRequest {
  /** Name or id of the dataset. */
  readonly id: string;
  readonly version: number;
  readonly format: DatasetExportFormat;
  /**
   * Absolute. A folder of images takes it when it is new or empty; else folder or file is made inside, by the dataset's name.
   * Nothing is overwritten.
   */
  readonly directory: string;
}

/** Progress of one export. */
export type DatasetExportEvent =
  | {
      readonly phase: 'writing';
      readonly exportId: number;
      /** What is being written. */
      readonly title: string;
      /** Images. */
      readonly done: number;
      readonly total: number;
      /** Images per second since the start. */
      readonly rate: number;
      /** Seconds left; null when unknown. */
      readonly secondsLeft: number | null;
    }
  /** `path`: the folder or file that was made, absolute. */
  | { readonly phase: 'finished'; readonly exportId: number; readonly title: string; readonly path: string }
  | { readonly phase: 'cancelled'; readonly exportId: number }
  | { readonly phase: 'failed'; readonly exportId: number; readonly title: string; readonly error: Failure };

/** Which image to augment, by what recipe, how often. */
export interface AugmentationRequest {
  readonly id: string;
  readonly version: number;
  /** Position in the whole version. */
  readonly image: number;
  readonly recipe: TrainingRecipe;
  /** 1 to 64. */
  readonly count: number;
}

/** One image as the network sees it, several times; normalisation undone. */
export interface AugmentedImages {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** uint8, one after another. */
  readonly pixels: Uint8Array;
}
