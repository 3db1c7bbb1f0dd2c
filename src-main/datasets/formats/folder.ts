/**
 * Reads a folder with one folder of images per class: JPEG, PNG, WebP, BMP and GIF.
 *
 * Conversion: EXIF orientation is applied (JPEG, PNG, WebP); CMYK and YCCK become RGB by TensorFlow's rule; of 16 bits the upper 8 are
 * kept; transparency is laid over the background that was chosen; an animated PNG, WebP or GIF gives its first picture. Grey
 * stays one channel only when every image is stored as grey, or where it is asked for: then by its luma (ITU-R BT.601). Colour
 * profiles are not applied.
 */

import { basename } from 'node:path';
import type { Conversion } from '../../contract/conversion.ts';
import type { DatasetFormat, SkippedFile, Split } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { DecodeOutcome, DecodeSession, ImageDecoder } from '../decoding.ts';
import { requestFor } from '../decoding.ts';
import type { Target } from '../convert.ts';
import { colourWord, conversionSentence, targetOf } from '../convert.ts';
import { imageBytes } from '../layout.ts';
import { findClassFolders } from './folderClasses.ts';
import type { FoundImage } from './folderScan.ts';
import { scanImages, uprightSize } from './folderScan.ts';
import type { PlacedImage, Placement, PlacingOptions } from './folderSplit.ts';
import { previewImages } from './folderPreview.ts';
import { placeImages } from './folderSplit.ts';
import type { ImageBatch, PreparedSource, PrepareOptions } from './source.ts';
import { throwIfCancelled } from './source.ts';
import { mapInOrder } from './window.ts';

/** Images that are written together. */
const PER_BATCH = 64;
/** Bytes that are written together; large images make smaller batches. */
const BATCH_BYTES = 8 << 20;
/** Images that carry their bytes with them, out of another file, on their way to be decoded. */
const MOST_CARRIED = 128;
/** Bytes of decoded images that wait for their turn. */
const WAITING_BYTES = 32 << 20;
/** Images of one common size are kept as they are up to this edge. */
const LARGEST_KEPT = 96;
/** Edge of the stored images when the source's sizes differ or are larger. */
const DEFAULT_EDGE = 64;

/** What every stored image looks like, and what the dataset's description says of it. */
interface StoredTarget extends Target {
  readonly sentence: string;
}

/**
 * Scans one folder, or several that are taken as if they lay in one.
 * @throws DenseLabError `dataset-empty` or `dataset-single-class`.
 */
export async function prepareFolder(
  given: readonly string[],
  decoder: ImageDecoder,
  options: PrepareOptions,
): Promise<PreparedSource> {
  const skipped: SkippedFile[] = [];
  const folders = await findClassFolders(given, (file) => skipped.push(file));
  const found = await scanImages(folders, decoder, options, skipped);
  const source = given.length === 1 ? (given[0] ?? '') : given.join(', ');
  const suggestedName = basename(given[0] ?? '') || 'images';
  return prepareImages({ format: 'folder', source, suggestedName, found, skipped }, decoder, options);
}

/** Encoded images with their classes, wherever they were listed. */
export interface ImageSource extends PlacingOptions {
  readonly format: DatasetFormat;
  readonly source: string;
  readonly suggestedName: string;
  readonly found: readonly FoundImage[];
  /** What was left out so far. */
  readonly skipped: readonly SkippedFile[];
}

/**
 * Gives the images of any source their splits and labels, and plans to decode them.
 * @throws DenseLabError `dataset-empty` or `dataset-single-class`.
 */
export async function prepareImages(
  images: ImageSource,
  decoder: ImageDecoder,
  options: PrepareOptions,
): Promise<PreparedSource> {
  const { format, source, suggestedName, found } = images;
  const placement = await placeImages(found, options.splitSeed, images);
  const skipped = [...images.skipped, ...placement.skipped];
  checkClasses(source, placement, skipped);
  const { sentence, ...target } = chooseTarget(found, options.conversion);
  return {
    format,
    source,
    suggestedName,
    height: target.height,
    width: target.width,
    channels: target.channels,
    conversion: sentence,
    classNames: placement.classNames,
    splitSeed: placement.splitSeed,
    splits: countSplits(placement),
    total: placement.images.length,
    skipped,
    batches: (signal) => decodeAll(placement.images, target, decoder, signal),
    preview: (signal) => previewImages(placement, target, decoder, signal),
  };
}

function countSplits({ images }: Placement): Record<Split, number> {
  const counts: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  for (const { split } of images) counts[split]++;
  return counts;
}

function checkClasses(source: string, { images, classNames }: Placement, skipped: readonly SkippedFile[]): void {
  if (images.length === 0) {
    const [first] = skipped;
    throw new DenseLabError(
      'dataset-empty',
      `${source} holds no image in the folder of a class.`,
      first === undefined
        ? 'Choose a folder that holds one folder of images per class.'
        : `Choose a folder that holds one folder of images per class; skipped here: ${first.path} (${first.reason}).`,
      skipped
        .slice(0, 50)
        .map((file) => `${file.path}: ${file.reason}`)
        .join('\n'),
    );
  }
  if (classNames.length < 2) {
    throw new DenseLabError(
      'dataset-single-class',
      `${source} has images of only one class: "${classNames[0] ?? ''}".`,
      'Put the images of each class into a folder of its own; a network needs at least two classes.',
    );
  }
}

/** The size that was asked for; the images' own when they share a small one; else 64 x 64. */
function chooseTarget(found: readonly FoundImage[], conversion: Conversion): StoredTarget {
  const channels = found.every((image) => image.channels === 1) ? 1 : 3;
  const [one] = found;
  const first = one === undefined ? undefined : uprightSize(one);
  const isCommon = found.every((image) => {
    const { height, width } = uprightSize(image);
    return height === first?.height && width === first.width;
  });
  const isKept = isCommon && first !== undefined && Math.max(first.height, first.width) <= LARGEST_KEPT;
  const own = isKept ? first : { height: DEFAULT_EDGE, width: DEFAULT_EDGE };
  const target = targetOf({ ...own, channels }, conversion);
  const same = isCommon && target.height === first?.height && target.width === first.width;
  const sentence = conversionSentence(target, same, conversion.background).slice(0, -1);
  return { ...target, sentence: `${sentence}; transparency over ${colourWord(conversion.background)}.` };
}

interface Decoded {
  readonly placed: PlacedImage;
  readonly outcome: DecodeOutcome;
}

async function* decodeAll(
  images: readonly PlacedImage[],
  target: Target,
  decoder: ImageDecoder,
  signal: AbortSignal,
): AsyncGenerator<ImageBatch> {
  const session = decoder.open();
  const abort = (): void => session.close();
  signal.addEventListener('abort', abort);
  try {
    throwIfCancelled(signal);
    const perBatch = Math.max(1, Math.min(PER_BATCH, Math.floor(BATCH_BYTES / imageBytes(target))));
    // Finished images wait for those before them: not more than that many bytes of them.
    const most = images[0]?.image.content === undefined ? session.inFlight : MOST_CARRIED;
    const width = Math.max(8, Math.min(most, Math.floor(WAITING_BYTES / imageBytes(target))));
    let batch: Decoded[] = [];
    for await (const decoded of mapInOrder(images, width, (placed) => decodeOne(session, placed, target))) {
      const isFull =
        batch.length >= perBatch || (batch[0] !== undefined && batch[0].placed.split !== decoded.placed.split);
      if (isFull) {
        yield batchOf(batch);
        batch = [];
      }
      batch.push(decoded);
    }
    if (batch.length > 0) yield batchOf(batch);
  } finally {
    signal.removeEventListener('abort', abort);
    session.close();
  }
}

async function decodeOne(session: DecodeSession, placed: PlacedImage, target: Target): Promise<Decoded> {
  return { placed, outcome: await session.decode(await requestFor(placed.image, target)) };
}

function batchOf(decoded: readonly Decoded[]): ImageBatch {
  const labels: number[] = [];
  const origins: string[] = [];
  const pixels: Uint8Array[] = [];
  const sizes: number[] = [];
  const skipped: SkippedFile[] = [];
  for (const { placed, outcome } of decoded) {
    const path = placed.image.inside;
    if (outcome.ok) {
      labels.push(placed.label);
      origins.push(path);
      pixels.push(outcome.pixels);
      const { height, width } = uprightSize(placed.image);
      sizes.push(height, width);
    } else skipped.push({ path, reason: outcome.reason, remedy: outcome.remedy });
  }
  const split = decoded[0]?.placed.split ?? 'train';
  const sourceSizes = Uint32Array.from(sizes);
  return { split, labels: Uint16Array.from(labels), pixels: Buffer.concat(pixels), origins, sourceSizes, skipped };
}
