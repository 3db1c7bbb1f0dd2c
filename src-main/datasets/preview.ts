/** What an import would make of a source, without storing anything. */

import type { Conversion, FoundDataset, ImportPreview, PreviewImage, PreviewPixels } from '../contract/conversion.ts';
import { DEFAULT_CONVERSION } from '../contract/conversion.ts';
import type { Split } from '../contract/dataset.ts';
import type { PreparedSource } from './formats/source.ts';
import { throwIfCancelled } from './formats/source.ts';
import { imageBytes } from './layout.ts';
import { numbered } from './versions/selection.ts';

/** Images of one preview. */
export const MOST_PREVIEWED = 12;
/** Longest edge of an image that is shown as it was. */
export const PREVIEW_EDGE = 512;
/** Images that are read to find some of different classes. */
const MOST_SEARCHED = 4096;
/** Skipped files that a preview lists. */
const LISTED_SKIPPED = 100;
/** What a label takes on disk. */
const LABEL_BYTES = 2;

/** What the preview is made of. */
export interface PreviewParts {
  readonly found: readonly FoundDataset[];
  readonly choice: string;
  /** Under the conversion that a person looks at. */
  readonly source: PreparedSource;
  /** The same source under another conversion: for formats that keep images in arrays, their size as it is. */
  prepareAs(conversion: Conversion): Promise<PreparedSource>;
}

/**
 * Reads as many images as it shows.
 * @throws DenseLabError what the reader throws, `cancelled`.
 */
export async function previewImport(parts: PreviewParts, signal: AbortSignal): Promise<ImportPreview> {
  const { source, found, choice } = parts;
  const images = source.preview === undefined ? await inArrays(parts, signal) : await source.preview(signal);
  throwIfCancelled(signal);
  const { height, width, channels, classNames, conversion, suggestedName, splits, skipped } = source;
  return {
    found,
    choice,
    suggestedName,
    splits,
    classNames,
    height,
    width,
    channels,
    conversion,
    images,
    skippedCount: skipped.length,
    skipped: skipped.slice(0, LISTED_SKIPPED),
    bytes: source.total * (imageBytes(source) + LABEL_BYTES),
  };
}

/** The first images of each class among the first few thousand, under both conversions side by side. */
async function inArrays({ source, prepareAs }: PreviewParts, signal: AbortSignal): Promise<readonly PreviewImage[]> {
  const plain = await prepareAs(DEFAULT_CONVERSION);
  const stored = imagesOf(source, signal);
  const perClass = new Map<number, PreviewImage[]>();
  let seen = 0;
  try {
    for await (const before of imagesOf(plain, signal)) {
      const after = await stored.next();
      if (after.done === true || seen++ >= MOST_SEARCHED || isEnough(perClass, source)) break;
      const images = perClass.get(before.label) ?? [];
      perClass.set(before.label, images);
      if (images.length >= MOST_PREVIEWED) continue;
      images.push({
        origin: before.origin,
        split: before.split,
        className: source.classNames[before.label] ?? '',
        before: pixelsOf(plain, before.pixels),
        after: pixelsOf(source, after.value.pixels),
        sourceHeight: plain.height,
        sourceWidth: plain.width,
      });
    }
  } finally {
    await stored.return(undefined);
  }
  return inTurn(perClass, MOST_PREVIEWED);
}

/** Items of all classes in turn, the first of each first. */
export function inTurn<T>(perClass: ReadonlyMap<number, readonly T[]>, most: number): T[] {
  const taken: T[] = [];
  for (let turn = 0; turn < most; turn++) {
    for (const items of perClass.values()) {
      const item = items[turn];
      if (item !== undefined && taken.length < most) taken.push(item);
    }
  }
  return taken;
}

interface OneImage {
  readonly split: Split;
  readonly label: number;
  readonly origin: string;
  readonly pixels: Uint8Array;
}

async function* imagesOf(source: PreparedSource, signal: AbortSignal): AsyncGenerator<OneImage, undefined> {
  const bytes = imageBytes(source);
  const counts: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  for await (const { split, labels, pixels, origins } of source.batches(signal)) {
    for (const [index, label] of labels.entries()) {
      const origin = origins?.[index] ?? numbered(split, counts[split]++);
      yield { split, label, origin, pixels: Uint8Array.from(pixels.subarray(index * bytes, (index + 1) * bytes)) };
    }
  }
}

function isEnough(perClass: ReadonlyMap<number, readonly PreviewImage[]>, { classNames }: PreparedSource): boolean {
  const images = [...perClass.values()].reduce((sum, own) => sum + own.length, 0);
  return images >= MOST_PREVIEWED && perClass.size >= Math.min(MOST_PREVIEWED, classNames.length);
}

function pixelsOf({ height, width, channels }: PreparedSource, pixels: Uint8Array): PreviewPixels {
  return { height, width, channels, pixels };
}
