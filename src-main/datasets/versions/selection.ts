/** Which images of a version match a filter. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import type { ImageFilter } from '../../contract/datasetVersion.ts';
import type { Duplicates } from '../duplicates/duplicates.ts';
import { damaged, FILES, firstImage } from '../layout.ts';
import type { VersionContent } from './content.ts';
import type { VersionDetail } from './versionFiles.ts';

/** Lines that are looked at before something else gets its turn: a few milliseconds. */
const LINES_PER_TURN = 10_000;

/** A version whose images are looked for. */
export interface Searched {
  readonly directory: string;
  readonly detail: VersionDetail;
  readonly content: VersionContent;
  /** Heights and widths of all source images of the import, in pairs; null where nobody knew. */
  readonly sourceSizes: Uint32Array | null;
  /** Null while they are being found. */
  readonly duplicates: Duplicates | null;
}

/**
 * Positions of the images that match, rising; those of `filter.images` in its order.
 * @throws DenseLabError `dataset-damaged`.
 */
export async function selectImages(searched: Searched, filter: ImageFilter): Promise<Uint32Array> {
  const { detail, content, duplicates } = searched;
  if (filter.images !== undefined) return Uint32Array.from(filter.images).filter((image) => image < detail.images);
  let [first, end] = [0, detail.images];
  if (filter.split !== undefined) {
    first = firstImage(detail, filter.split);
    end = first + detail.splits[filter.split].images;
  }
  let found = Uint32Array.from({ length: end - first }, (_, index) => first + index);
  if (filter.label !== undefined) found = found.filter((image) => content.labels[image] === filter.label);
  if (filter.like !== undefined) found = found.filter(among(duplicates?.groupOf(filter.like) ?? [filter.like]));
  if (filter.duplicates !== undefined) found = found.filter(alike(searched, filter.duplicates));
  if (filter.sourceSize !== undefined) found = found.filter(sized(searched, filter.sourceSize));
  if (filter.text !== undefined && filter.text.trim() !== '') found = found.filter(await named(searched, filter.text));
  return found;
}

type Matches = (image: number) => boolean;

function alike({ duplicates }: Searched, { likeness, across }: NonNullable<ImageFilter['duplicates']>): Matches {
  if (duplicates === null) return () => false;
  return (image) => duplicates.has(image, likeness, across);
}

function among(images: readonly number[]): Matches {
  const wanted = new Set(images);
  return (image) => wanted.has(image);
}

/** Where no source size is known the stored one counts. */
function sized(
  { detail, content, sourceSizes: sizes }: Searched,
  { least, most }: NonNullable<ImageFilter['sourceSize']>,
): Matches {
  const isWithin = (edge: number): boolean => edge >= least && edge <= most;
  if (sizes === null) return () => isWithin(detail.height) && isWithin(detail.width);
  return (image) => {
    const place = content.positions[image] ?? 0;
    return isWithin(sizes[place * 2] ?? 0) && isWithin(sizes[place * 2 + 1] ?? 0);
  };
}

async function named({ directory, detail, content }: Searched, text: string): Promise<Matches> {
  const wanted = text.normalize('NFC').trim().toLowerCase();
  const classes = detail.classNames.map((name) => name.toLowerCase().includes(wanted));
  const places = await originsWith(directory, wanted);
  return (image) =>
    classes[content.labels[image] ?? 0] === true ||
    (places === null ? numberedOrigin(detail, image).includes(wanted) : places[content.positions[image] ?? 0] === 1);
}

/** 1 for each image of the import whose origin holds the text; null where the source had no files. */
async function originsWith(directory: string, wanted: string): Promise<Uint8Array | null> {
  const text = await readFile(join(directory, FILES.origins), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const lines = text.split('\n');
  const found = new Uint8Array(lines.length);
  for (let line = 0; line < lines.length; line++) {
    if (line % LINES_PER_TURN === LINES_PER_TURN - 1) await nextTurn();
    const written = lines[line] ?? '';
    if (written !== '' && parseOrigin(directory, written).toLowerCase().includes(wanted)) found[line] = 1;
  }
  return found;
}

/** The path in a line of the origins. @throws DenseLabError `dataset-damaged`. */
export function parseOrigin(directory: string, line: string): string {
  try {
    const origin: unknown = JSON.parse(line);
    if (typeof origin === 'string') return origin;
  } catch {
    // Told below, alike for both.
  }
  throw damaged(directory, `${FILES.origins} holds something else than paths`);
}

/** `train/00042`: the image's place inside its split. */
export function numberedOrigin(detail: VersionDetail, image: number): string {
  const split = splitOf(detail, image);
  return numbered(split, image - firstImage(detail, split));
}

/** The name of an image whose source has no files: `train/00042`. */
export function numbered(split: Split, position: number): string {
  return `${split}/${String(position).padStart(5, '0')}`;
}

/** The split of an image of a version. */
export function splitOf(detail: Pick<VersionDetail, 'splits'>, image: number): Split {
  let end = 0;
  for (const split of SPLITS) {
    end += detail.splits[split].images;
    if (image < end) return split;
  }
  return 'test';
}
