/** Pages of stored images: reads only the bytes of the images that are shown. */

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImagePage } from '../contract/dataset.ts';
import { damaged, FILES, imageBytes } from './layout.ts';
import { fitImage, type Raster } from './resample.ts';
import { readFully, streamPixels } from './versions/pixelStream.ts';
import type { Searched } from './versions/selection.ts';
import { numberedOrigin, parseOrigin, splitOf } from './versions/selection.ts';

/** Most images of one page, and most bytes of its pixels, whatever is asked for. */
const MOST_IMAGES = 2000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Which part of the images that match to show. */
export interface PageWindow {
  /** Matching images to pass over. */
  readonly offset: number;
  readonly limit: number;
}

/**
 * One page, in stored order. It may be shorter than `limit` (at most 2,000 images and 64 MB of pixels).
 * @param selected positions of the images that match
 * @param edge longest edge of the pixels; as they are stored when absent
 * @throws DenseLabError `dataset-damaged`.
 */
export async function readPage(
  { directory, detail, content, sourceSizes: sizes, duplicates }: Searched,
  selected: Uint32Array,
  { offset, limit }: PageWindow,
  edge = Infinity,
): Promise<ImagePage> {
  const bytes = imageBytes(detail);
  const most = Math.max(1, Math.min(limit, MOST_IMAGES, Math.floor(MOST_BYTES / bytes)));
  const shown = selected.subarray(Math.min(offset, selected.length), offset + most);
  const places = shown.map((image) => content.positions[image] ?? 0);
  const shape = shapeWithin(detail, edge);
  const pixels = await readPixels(directory, detail, places, shape);
  const origins = await readOrigins(directory, places);
  const images = Array.from(shown, (image, index) => ({
    index: image,
    split: splitOf(detail, image),
    label: content.labels[image] ?? 0,
    origin: origins?.[index] ?? numberedOrigin(detail, image),
    sourceHeight: sizes?.[(places[index] ?? 0) * 2] ?? null,
    sourceWidth: sizes?.[(places[index] ?? 0) * 2 + 1] ?? null,
    duplicates: (duplicates?.groupOf(image).length ?? 1) - 1,
  }));
  return { matching: selected.length, images, height: shape.height, width: shape.width, pixels };
}

/** The size of stored images, or the largest one of the same proportions that keeps to an edge. */
function shapeWithin({ height, width, channels }: StoredShape, edge: number): StoredShape {
  const factor = Math.max(1, Math.max(height, width) / edge);
  const fitted = (side: number): number => Math.max(1, Math.round(side / factor));
  return { height: fitted(height), width: fitted(width), channels };
}

type StoredShape = Pick<Raster, 'height' | 'width' | 'channels'>;

/** Images of a shape, one after another; piece by piece, so that others get their turn. */
async function readPixels(
  directory: string,
  stored: StoredShape,
  places: Uint32Array,
  shape: StoredShape,
): Promise<Uint8Array> {
  const [from, to] = [imageBytes(stored), imageBytes(shape)];
  const fitting = { ...shape, fit: 'stretch', background: [] } as const;
  const pixels = new Uint8Array(places.length * to);
  for await (const piece of streamPixels(directory, from, places)) {
    if (from === to) {
      pixels.set(piece.pixels, piece.first * to);
      continue;
    }
    for (let index = 0; index < piece.count; index++) {
      const image = { ...stored, pixels: piece.pixels.subarray(index * from, (index + 1) * from) };
      pixels.set(fitImage(image, fitting).pixels, (piece.first + index) * to);
    }
  }
  return pixels;
}

/** Paths inside the source; null where the source had no files. */
async function readOrigins(directory: string, places: Uint32Array): Promise<string[] | null> {
  const offsetFile = await open(join(directory, FILES.originOffsets), 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (offsetFile === null) return null;
  try {
    const lineFile = await open(join(directory, FILES.origins), 'r');
    try {
      const origins: string[] = [];
      for (const place of places) origins.push(await readOrigin(directory, offsetFile, lineFile, place));
      return origins;
    } finally {
      await lineFile.close();
    }
  } finally {
    await offsetFile.close();
  }
}

async function readOrigin(directory: string, offsets: FileHandle, lines: FileHandle, index: number): Promise<string> {
  const bounds = Buffer.alloc(16);
  const { bytesRead } = await offsets.read(bounds, 0, 16, index * 8);
  if (bytesRead < 8) throw damaged(directory, `${FILES.originOffsets} ends early`);
  const start = Number(bounds.readBigUInt64LE(0));
  const end = bytesRead === 16 ? Number(bounds.readBigUInt64LE(8)) : (await lines.stat()).size;
  // A path has at most 4,096 bytes, and JSON at most six times as many.
  if (!(end > start && end - start <= 32_768)) throw damaged(directory, `${FILES.originOffsets} contradicts itself`);
  const line = Buffer.alloc(end - start);
  await readFully(directory, lines, line, start);
  return parseOrigin(directory, line.toString('utf8'));
}
