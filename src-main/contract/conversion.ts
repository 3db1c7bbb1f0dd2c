/** How source images become stored ones: chosen before an import, and stored with the dataset. */

import type { DatasetFormat, ImportSource, SkippedFile, Split } from './dataset.ts';

/** How an image of another shape is brought to the stored one. */
export type Fit =
  /** Scaled until the shorter side fits, the middle cut out. */
  | 'crop'
  /** Scaled until the longer side fits, the rest filled with the background. */
  | 'pad'
  /** Scaled in both directions, whatever becomes of its proportions. */
  | 'stretch';

/** What an import does to every image. */
export interface Conversion {
  /** Size of the stored images in pixels, 8 to 512; null keeps the size that all images share. */
  readonly size: { readonly height: number; readonly width: number } | null;
  readonly fit: Fit;
  /** `auto`: grey when every source image is grey. */
  readonly colour: 'auto' | 'grey' | 'colour';
  /** What lies under transparent pixels and beside padded images, `#rrggbb`. */
  readonly background: string;
}

/** What an import does when it is told nothing: the middle square, colours as they are, over white. */
export const DEFAULT_CONVERSION: Conversion = { size: null, fit: 'crop', colour: 'auto', background: '#ffffff' };

/** What to preview. */
export interface PreviewRequest {
  readonly source: ImportSource;
  readonly conversion: Conversion;
  /** `FoundDataset.choice`; the first that is found when absent. */
  readonly choice?: string;
  /** Seed of the split, when the source has none. */
  readonly splitSeed?: number;
}

/** A dataset that was found where a person pointed. */
export interface FoundDataset {
  /** Names it in `ImportRequest.choice`; the paths inside the source, or `.` for the source itself. */
  readonly choice: string;
  readonly format: DatasetFormat;
  /** What it is, for a person: `CIFAR-10, binary version`. */
  readonly title: string;
  /** Images as far as they can be counted without reading them; null when not. */
  readonly images: number | null;
  /** Class names as far as they are known; empty when not. */
  readonly classNames: readonly string[];
}

/** One image of a source, before and after. */
export interface PreviewImage {
  /** Path inside the source, or `train/00042`. */
  readonly origin: string;
  readonly split: Split;
  readonly className: string;
  /** The source image as decoded, at most 512 pixels on its longer side; uint8 height x width x channels. */
  readonly before: PreviewPixels;
  /** What will be stored. */
  readonly after: PreviewPixels;
  /** Size of the source image itself. */
  readonly sourceHeight: number;
  readonly sourceWidth: number;
}

/** uint8, height x width x channels. */
export interface PreviewPixels {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** What an import would make of a source. */
export interface ImportPreview {
  /** Several: the first is what is previewed unless the request chose another. */
  readonly found: readonly FoundDataset[];
  /** The one that is previewed. */
  readonly choice: string;
  readonly suggestedName: string;
  readonly splits: Readonly<Record<Split, number>>;
  readonly classNames: readonly string[];
  /** What comes out. */
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** In one sentence. */
  readonly conversion: string;
  /** Up to 12, from different classes, the extremes of size among them. */
  readonly images: readonly PreviewImage[];
  readonly skippedCount: number;
  /** The first 100. */
  readonly skipped: readonly SkippedFile[];
  /** Bytes that the dataset will take. */
  readonly bytes: number;
}
