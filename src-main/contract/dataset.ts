/** Datasets as the window and the command line see them. */

import type { Conversion } from './conversion.ts';
import type { DatasetVersion, DuplicateSummary, Likeness, SplitStatistics } from './datasetVersion.ts';
import type { Failure } from './errors.ts';

/** Parts of a dataset. `validation` and `test` are never trained on. */
export type Split = 'train' | 'validation' | 'test';

/** All splits, in the order in which they are stored and shown. */
export const SPLITS: readonly Split[] = ['train', 'validation', 'test'];

/** Where a dataset came from. */
export type DatasetFormat = 'idx' | 'folder' | 'sample' | 'csv' | 'cifar' | 'svhn' | 'npz' | 'parquet';

/** All formats. */
export const DATASET_FORMATS: readonly DatasetFormat[] = [
  'idx',
  'folder',
  'sample',
  'csv',
  'cifar',
  'svhn',
  'npz',
  'parquet',
];

/** A file that the import left out, and why. */
export interface SkippedFile {
  /** Path relative to what was imported. */
  readonly path: string;
  /** What is wrong, in a few words: `Truncated JPEG`. */
  readonly reason: string;
  /** What the owner of the file can do: `Export it again`. */
  readonly remedy: string;
}

/** Counts of one split. */
export interface SplitSummary {
  readonly images: number;
  /** Images per class, in the order of `classNames`. */
  readonly perClass: readonly number[];
}

/** What a card and a list show. */
export interface DatasetSummary {
  /** Folder name inside the data folder; never changes. */
  readonly id: string;
  /** Unique name that a person gives; used on the command line. */
  readonly name: string;
  /** 1 for a fresh import; a run names the version that it saw. */
  readonly version: number;
  readonly format: DatasetFormat;
  /** What was imported: an absolute path, or `sample:shapes`. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classNames: readonly string[];
  readonly splits: Readonly<Record<Split, SplitSummary>>;
  /** Images of all splits. */
  readonly images: number;
  readonly skippedCount: number;
  /** SHA-256 over pixels, labels and class names, hex. */
  readonly contentHash: string;
}

/** Datasets that can be used, and folders that cannot, with the reason. */
export interface DatasetList {
  readonly datasets: readonly DatasetSummary[];
  readonly damaged: readonly DamagedDataset[];
}

/** A stored dataset that cannot be read; it can still be shown in the file manager, and removed. */
export interface DamagedDataset {
  readonly id: string;
  readonly failure: Failure;
}

/** Everything about one dataset but its pixels. */
export interface DatasetDetail extends DatasetSummary {
  /** Per channel over the train split, in units of 0 to 255. */
  readonly mean: readonly number[];
  /** Per channel over the train split (population), in units of 0 to 255. */
  readonly standardDeviation: readonly number[];
  /** How source images became stored ones, in one sentence. */
  readonly conversion: string;
  /** What was chosen at the import; null for datasets of before there was a choice. */
  readonly conversionSettings: Conversion | null;
  /** The seed of the split, when the import made it; null when the source had its own. */
  readonly splitSeed: number | null;
  /** The first 1,000 skipped files; `skippedCount` counts all. */
  readonly skipped: readonly SkippedFile[];
  /** Pixel values of the train split in 64 equal bins from 0 to 255, all channels together. */
  readonly histogram: readonly number[];
  /** All versions, the oldest first; the fields around this one speak of the version `version`. */
  readonly versions: readonly DatasetVersion[];
  /** The version that this one was made from; null for the import. */
  readonly editedFrom: number | null;
  readonly statistics: Readonly<Record<Split, SplitStatistics>>;
  /** Null while they are being found; a `datasetsChanged` event tells when they are. */
  readonly duplicates: Readonly<Record<Likeness, DuplicateSummary>> | null;
}

/** What to import. */
export type ImportSource =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'sample'; readonly sample: 'shapes' };

/** How to import it. */
export interface ImportRequest {
  readonly source: ImportSource;
  /** Name of the new dataset; derived from the source when absent. */
  readonly name?: string;
  /** What becomes of every image; `DEFAULT_CONVERSION` when absent. */
  readonly conversion?: Conversion;
  /** Which dataset of a source that holds several: `FoundDataset.choice`. */
  readonly choice?: string;
  /** Seed of the split, when the source has none. */
  readonly splitSeed?: number;
}

/** Progress of one import. */
export type ImportEvent =
  | {
      readonly phase: 'reading';
      readonly importId: number;
      /** What is being read, e.g. `roses-17`. */
      readonly title: string;
      readonly done: number;
      /** Images in all; null while they are being counted. */
      readonly total: number | null;
      readonly skipped: number;
      /** Images per second since the start. */
      readonly rate: number;
      /** Seconds left; null when unknown. */
      readonly secondsLeft: number | null;
    }
  | { readonly phase: 'finished'; readonly importId: number; readonly dataset: DatasetSummary }
  | { readonly phase: 'cancelled'; readonly importId: number }
  | {
      readonly phase: 'failed';
      readonly importId: number;
      readonly title: string;
      readonly error: Failure;
    };

/** A page of images of one version, in stored order. */
export interface ImagePage {
  /** Images that match, on all pages. */
  readonly matching: number;
  readonly images: readonly {
    /** Position in the whole version. */
    readonly index: number;
    readonly split: Split;
    /** Position in `classNames`. */
    readonly label: number;
    /** Path inside the source, or `train/00042` where the source has no files. */
    readonly origin: string;
    /** Size of the source image, orientation applied; null where nobody knew. */
    readonly sourceHeight: number | null;
    readonly sourceWidth: number | null;
    /** Other images of this version that are like it, near duplicates included; 0 while they are being found. */
    readonly duplicates: number;
  }[];
  /** Of the pixels: as they are stored, or smaller where that was asked for. */
  readonly height: number;
  readonly width: number;
  /** uint8, images one after another, each height x width x channels. */
  readonly pixels: Uint8Array;
}
