/** The files of one dataset, and `dataset.json`, which describes its import: version 1. */

import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { statSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetDetail, DatasetSummary, Split } from '../contract/dataset.ts';
import { DATASET_FORMATS, SPLITS } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';

/** Names inside a dataset's folder. */
export const FILES = {
  /** This description: JSON, replaced by rename. */
  description: 'dataset.json',
  /** Pixels, uint8 NHWC: train, then validation, then test. */
  images: 'images.u8',
  /** Labels in the same order, uint16 little endian. */
  labels: 'labels.u16',
  /** Origin of each image in the same order, one JSON string per line; absent when the source had no files. */
  origins: 'origins.jsonl',
  /** Where each of these lines begins, uint64 little endian. */
  originOffsets: 'origins.u64',
  /** Height and width of each source image in the same order, uint32 little endian; absent where nobody knew. */
  sourceSizes: 'source-sizes.u32',
  /** Every skipped file, one JSON object per line. */
  skipped: 'skipped.jsonl',
} as const;

/** Version of this layout; a reader refuses newer ones. Layout 1 had no statistics by split. */
const LAYOUT = 2;

/** What `dataset.json` says of an import. */
export interface StoredDataset extends Omit<DatasetDetail, 'versions' | 'editedFrom' | 'statistics' | 'duplicates'> {
  /** Absent in layout 1. */
  readonly statistics?: DatasetDetail['statistics'];
}

const count = z.number().int().nonnegative();
const numbers = z.array(z.number());
const splitSummary = z.strictObject({ images: count, perClass: z.array(count) });
/** A conversion as descriptions keep it. */
export const conversionSettings = z.strictObject({
  size: z.strictObject({ height: count, width: count }).nullable(),
  fit: z.enum(['crop', 'pad', 'stretch']),
  colour: z.enum(['auto', 'grey', 'colour']),
  background: z.string(),
});
/** Statistics of the splits, as they are stored. */
export const splitStatistics = z.strictObject({
  mean: numbers,
  standardDeviation: numbers,
  imbalance: z.number().nullable(),
  sourceSizes: z.array(z.strictObject({ height: count, width: count, images: count })),
  differentSizes: count,
});
/** What differs between the versions of a dataset. */
export const versionContent = {
  classNames: z.array(z.string()).min(2),
  splits: z.strictObject({ train: splitSummary, validation: splitSummary, test: splitSummary }),
  images: count,
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  mean: numbers,
  standardDeviation: numbers,
  histogram: numbers,
};
const detail = z.strictObject({
  ...versionContent,
  id: z.string(),
  name: z.string().min(1),
  version: z.literal(1),
  format: z.enum(DATASET_FORMATS),
  source: z.string(),
  createdAt: z.string(),
  height: z.number().int().min(1),
  width: z.number().int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
  skippedCount: count,
  conversion: z.string(),
  // Datasets of before there was a choice have none.
  conversionSettings: conversionSettings.nullable().default(null),
  splitSeed: z.number().nullable(),
  skipped: z.array(z.strictObject({ path: z.string(), reason: z.string(), remedy: z.string() })),
  statistics: z
    .strictObject({ train: splitStatistics, validation: splitStatistics, test: splitStatistics })
    .exactOptional(),
});
const description = z.strictObject({ layout: z.literal([1, LAYOUT]), dataset: detail });

/**
 * Reads and checks the description of the dataset in a folder, and that its files have the sizes that it says.
 * @throws DenseLabError `dataset-damaged`, naming the file that is wrong.
 */
export async function readDetail(directory: string): Promise<StoredDataset> {
  const text = await readFile(join(directory, FILES.description), 'utf8').catch((error: unknown) => {
    throw damaged(directory, `its ${FILES.description} cannot be read`, String(error));
  });
  const found = parse(directory, text);
  for (const [file, bytes] of expectedSizes(found)) {
    const size = await stat(join(directory, file)).then(
      (entry) => entry.size,
      () => null,
    );
    checkSize(directory, file, bytes, size);
  }
  return found;
}

/** As `readDetail`, for a process that may wait. */
export function readDetailSync(directory: string): StoredDataset {
  let text: string;
  try {
    text = readFileSync(join(directory, FILES.description), 'utf8');
  } catch (error) {
    throw damaged(directory, `its ${FILES.description} cannot be read`, String(error));
  }
  const found = parse(directory, text);
  for (const [file, bytes] of expectedSizes(found)) {
    checkSize(directory, file, bytes, statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? null);
  }
  return found;
}

/** Writes the description durably: the old or the new one is there at any moment. */
export async function writeDetail(directory: string, dataset: StoredDataset): Promise<void> {
  const path = join(directory, FILES.description);
  const temporary = `${path}.new`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(JSON.stringify({ layout: LAYOUT, dataset }, null, 1));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(directory);
}

/** Makes renames inside a folder durable; Windows has no such call and needs none. */
export async function syncFolder(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The part of a description that lists show. */
export function summaryOf(dataset: StoredDataset): DatasetSummary {
  const { id, name, version, format, source, createdAt, height, width, channels, classNames } = dataset;
  const { splits, images, skippedCount, contentHash } = dataset;
  const shape = { height, width, channels };
  return {
    id,
    name,
    version,
    format,
    source,
    createdAt,
    ...shape,
    classNames,
    splits,
    images,
    skippedCount,
    contentHash,
  };
}

/** Bytes of one image. */
export function imageBytes(shape: Pick<DatasetSummary, 'height' | 'width' | 'channels'>): number {
  return shape.height * shape.width * shape.channels;
}

/** Position of a split's first image in the whole dataset. */
export function firstImage(dataset: Pick<DatasetSummary, 'splits'>, split: Split): number {
  return SPLITS.slice(0, SPLITS.indexOf(split)).reduce((sum, before) => sum + dataset.splits[before].images, 0);
}

/** The failure of a dataset whose files contradict each other. */
export function damaged(directory: string, what: string, cause?: string): DenseLabError {
  return new DenseLabError(
    'dataset-damaged',
    `The dataset in ${directory} is damaged: ${what}.`,
    'Remove it and import it again.',
    cause,
  );
}

function expectedSizes(dataset: StoredDataset): readonly (readonly [string, number])[] {
  return [
    [FILES.images, dataset.images * imageBytes(dataset)],
    [FILES.labels, dataset.images * 2],
  ];
}

function checkSize(directory: string, file: string, expected: number, found: number | null): void {
  if (found === expected) return;
  const there = found === null ? 'is missing' : `has ${found.toLocaleString('en')} bytes`;
  throw damaged(directory, `${file} ${there} instead of ${expected.toLocaleString('en')} bytes`);
}

function parse(directory: string, text: string): StoredDataset {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(directory, `${FILES.description} is not JSON`, String(error));
  }
  const parsed = description.safeParse(value);
  if (!parsed.success) throw damaged(directory, `${FILES.description} is incomplete`, z.prettifyError(parsed.error));
  checkCounts(directory, parsed.data.dataset);
  return parsed.data.dataset;
}

/** What a description counts. */
type CountedImages = Pick<
  StoredDataset,
  'splits' | 'images' | 'classNames' | 'channels' | 'mean' | 'standardDeviation'
>;

/**
 * Counts that contradict each other would make readers leave the files.
 * @throws DenseLabError `dataset-damaged`.
 */
export function checkCounts(directory: string, dataset: CountedImages): void {
  const sum = SPLITS.reduce((all, split) => all + dataset.splits[split].images, 0);
  const consistent = SPLITS.every((split) => {
    const { images, perClass } = dataset.splits[split];
    return perClass.length === dataset.classNames.length && perClass.reduce((all, one) => all + one, 0) === images;
  });
  const channels = dataset.mean.length === dataset.channels && dataset.standardDeviation.length === dataset.channels;
  if (sum !== dataset.images || !consistent || !channels) {
    throw damaged(directory, `the counts in ${FILES.description} contradict each other`);
  }
}
