/** Pages of stored images: reads only the bytes of the images that are shown. */

import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDetail, DatasetFormat, ImagePage, Split } from '../contract/dataset.ts';
import { SPLITS } from '../contract/dataset.ts';
import { damaged, FILES, firstImage, imageBytes } from './layout.ts';

/** Most images of one page, and most bytes of its pixels, whatever is asked for. */
const MOST_IMAGES = 2000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Formats whose images have paths of their own. */
const WITH_ORIGINS: ReadonlySet<DatasetFormat> = new Set(['folder', 'csv', 'parquet']);

/** Which images to show; null does not filter. */
export interface PageQuery {
  readonly split: Split | null;
  readonly label: number | null;
  /** Matching images to pass over. */
  readonly offset: number;
  readonly limit: number;
}

/**
 * One page, in stored order. It may be shorter than `limit` (at most 2,000 images and 64 MB of pixels).
 * @throws DenseLabError `dataset-damaged`.
 */
export async function readPage(directory: string, detail: DatasetDetail, query: PageQuery): Promise<ImagePage> {
  const labels = await readFile(join(directory, FILES.labels));
  const bytes = imageBytes(detail);
  const limit = Math.max(1, Math.min(query.limit, MOST_IMAGES, Math.floor(MOST_BYTES / bytes)));
  const { matching, indexes } = select(detail, labels, { ...query, limit });
  const pixels = new Uint8Array(indexes.length * bytes);
  await readImages(directory, indexes, bytes, pixels);
  const origins = await readOrigins(directory, detail, indexes);
  const images = indexes.map((index, position) => ({
    index,
    split: splitOf(detail, index),
    label: labels.readUInt16LE(index * 2),
    origin: origins?.[position] ?? numberedOrigin(detail, index),
  }));
  return { matching, images, pixels };
}

function select(detail: DatasetDetail, labels: Buffer, query: PageQuery): { matching: number; indexes: number[] } {
  const first = query.split === null ? 0 : firstImage(detail, query.split);
  const end = query.split === null ? detail.images : first + detail.splits[query.split].images;
  if (query.label === null) {
    const from = Math.min(end, first + query.offset);
    const length = Math.min(end - from, query.limit);
    return { matching: end - first, indexes: Array.from({ length }, (_, index) => from + index) };
  }
  let matching = 0;
  const indexes: number[] = [];
  for (let index = first; index < end; index++) {
    if (labels.readUInt16LE(index * 2) !== query.label) continue;
    if (matching >= query.offset && indexes.length < query.limit) indexes.push(index);
    matching++;
  }
  return { matching, indexes };
}

/** Neighbouring images are read together. */
async function readImages(
  directory: string,
  indexes: readonly number[],
  bytes: number,
  into: Uint8Array,
): Promise<void> {
  if (indexes.length === 0) return;
  const file = await open(join(directory, FILES.images), 'r');
  try {
    for (let start = 0; start < indexes.length;) {
      const first = indexes[start] ?? 0;
      let end = start + 1;
      while (indexes[end] === first + (end - start)) end++;
      await readFully(directory, file, into.subarray(start * bytes, end * bytes), first * bytes);
      start = end;
    }
  } finally {
    await file.close();
  }
}

/** Paths inside the source; null where the source had no files. */
async function readOrigins(
  directory: string,
  detail: DatasetDetail,
  indexes: readonly number[],
): Promise<string[] | null> {
  if (!WITH_ORIGINS.has(detail.format)) return null;
  const [offsets, lines] = [join(directory, FILES.originOffsets), join(directory, FILES.origins)];
  const [offsetFile, lineFile] = [await open(offsets, 'r'), await open(lines, 'r')];
  try {
    const origins: string[] = [];
    for (const index of indexes) origins.push(await readOrigin(directory, offsetFile, lineFile, index));
    return origins;
  } finally {
    await Promise.all([offsetFile.close(), lineFile.close()]);
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

function parseOrigin(directory: string, line: string): string {
  try {
    const origin: unknown = JSON.parse(line);
    if (typeof origin === 'string') return origin;
  } catch {
    // Told below, alike for both.
  }
  throw damaged(directory, `${FILES.origins} holds something else than paths`);
}

async function readFully(directory: string, file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw damaged(directory, 'a file ends early');
    done += bytesRead;
  }
}

function splitOf(detail: DatasetDetail, index: number): Split {
  let end = 0;
  for (const split of SPLITS) {
    end += detail.splits[split].images;
    if (index < end) return split;
  }
  return 'test';
}

/** `train/00042`: the image's place inside its split. */
function numberedOrigin(detail: DatasetDetail, index: number): string {
  const split = splitOf(detail, index);
  return numbered(split, index - firstImage(detail, split));
}

/** The name of an image whose source has no files: `train/00042`. */
export function numbered(split: Split, position: number): string {
  return `${split}/${String(position).padStart(5, '0')}`;
}
