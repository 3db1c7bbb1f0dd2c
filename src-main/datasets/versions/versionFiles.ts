/**
 * The files of the versions that edits have made: `versions/2/`, `versions/3/`, ... in a dataset's folder. The import itself is
 * version 1 and has no folder of its own. A version names images by their place in the import, so no pixel is copied.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetDetail } from '../../contract/dataset.ts';
import type { DatasetVersion } from '../../contract/datasetVersion.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { StoredDataset } from '../layout.ts';
import { checkCounts, damaged, splitStatistics, syncFolder, versionContent } from '../layout.ts';
import { createStaging, removeStale } from '../staging.ts';
import type { VersionContent } from './content.ts';
import { bytesOfUint16, bytesOfUint32 } from './littleEndian.ts';

/** Names inside the folder of a version. */
const FILES = {
  /** Its description. */
  description: 'version.json',
  /** Place in the import of each image, in the order of the version, uint32 little endian. */
  index: 'index.u32',
  /** Labels in the same order, uint16 little endian. */
  labels: 'labels.u16',
} as const;

const FOLDER = 'versions';
/** Version of this layout; a reader refuses any other. */
const LAYOUT = 1;
/** Marks a version that is being deleted. */
const UNDONE = '.removed-';

const versionFile = z.strictObject({
  layout: z.literal(LAYOUT),
  number: z.int().min(2),
  createdAt: z.string(),
  note: z.string(),
  editedFrom: z.int().min(1),
  ...versionContent,
  statistics: z.strictObject({ train: splitStatistics, validation: splitStatistics, test: splitStatistics }),
});

/** What is stored of a version that an edit has made. */
export interface StoredVersion extends VersionFields {
  readonly number: number;
  readonly createdAt: string;
  readonly note: string;
  readonly editedFrom: number;
}

/** What of a dataset differs between its versions. */
type VersionFields = Pick<
  DatasetDetail,
  'classNames' | 'splits' | 'images' | 'contentHash' | 'mean' | 'standardDeviation' | 'histogram' | 'statistics'
>;

/** A dataset as one version of it has it. */
export interface VersionDetail extends StoredDataset {
  readonly editedFrom: number | null;
}

/** Where index and labels of a version lie; the import has no index, since its order is that of the pixels. */
export function contentPaths(
  directory: string,
  version: number,
): { readonly index: string | null; readonly labels: string } {
  if (version === 1) return { index: null, labels: join(directory, FILES.labels) };
  const folder = join(directory, FOLDER, String(version));
  return { index: join(folder, FILES.index), labels: join(folder, FILES.labels) };
}

/** Numbers of all versions, rising; 1 is always among them. */
export async function versionNumbers(directory: string): Promise<readonly number[]> {
  const names = await readdir(join(directory, FOLDER)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return [1, ...numbersAmong(names)];
}

/** The newest version, for a process that may wait. */
export function latestVersionSync(directory: string): number {
  try {
    return numbersAmong(readdirSync(join(directory, FOLDER))).at(-1) ?? 1;
  } catch (error) {
    if (isMissing(error)) return 1;
    throw error;
  }
}

/** One version of a dataset. @throws DenseLabError `dataset-damaged`, `dataset-version-unknown`. */
export async function readVersion(directory: string, dataset: StoredDataset, number: number): Promise<VersionDetail> {
  if (number === 1) return { ...dataset, editedFrom: null };
  const folder = join(directory, FOLDER, String(number));
  const text = await readFile(join(folder, FILES.description), 'utf8').catch((error: unknown) => {
    throw isMissing(error) ? unknownVersion(dataset.name, number) : error;
  });
  const found = parse(folder, dataset, text, number);
  const sizes = await Promise.all(
    [FILES.index, FILES.labels].map((file) => stat(join(folder, file)).catch(() => null)),
  );
  checkSizes(folder, found.images, sizes);
  return found;
}

/** As `readVersion`, for a process that may wait. */
export function readVersionSync(directory: string, dataset: StoredDataset, number: number): VersionDetail {
  if (number === 1) return { ...dataset, editedFrom: null };
  const folder = join(directory, FOLDER, String(number));
  let text: string;
  try {
    text = readFileSync(join(folder, FILES.description), 'utf8');
  } catch (error) {
    throw isMissing(error) ? unknownVersion(dataset.name, number) : error;
  }
  const found = parse(folder, dataset, text, number);
  checkSizes(
    folder,
    found.images,
    [FILES.index, FILES.labels].map((file) => statSync(join(folder, file), { throwIfNoEntry: false }) ?? null),
  );
  return found;
}

/** History of a dataset, oldest first. @throws DenseLabError `dataset-damaged`. */
export async function readHistory(directory: string, dataset: StoredDataset): Promise<readonly DatasetVersion[]> {
  const history: DatasetVersion[] = [
    {
      number: 1,
      createdAt: dataset.createdAt,
      note: 'Imported',
      images: dataset.images,
      contentHash: dataset.contentHash,
    },
  ];
  for (const number of (await versionNumbers(directory)).slice(1)) {
    const folder = join(directory, FOLDER, String(number));
    const { createdAt, note, images, contentHash } = parseFile(
      folder,
      await readFile(join(folder, FILES.description), 'utf8'),
    );
    history.push({ number, createdAt, note, images, contentHash });
  }
  return history;
}

/**
 * Stores a version durably, as the one after the latest; until it is whole there is nothing of it.
 * @returns its number
 */
export async function writeVersion(
  directory: string,
  version: Omit<StoredVersion, 'number'>,
  content: VersionContent,
): Promise<number> {
  const parent = join(directory, FOLDER);
  await mkdirDurably(directory, parent);
  await removeStale(parent);
  const staging = await createStaging(parent);
  try {
    await writeSynced(join(staging.directory, FILES.index), bytesOfUint32(content.positions));
    await writeSynced(join(staging.directory, FILES.labels), bytesOfUint16(content.labels));
    const numbers = await versionNumbers(directory);
    for (let number = (numbers.at(-1) ?? 1) + 1; ; number++) {
      const stored = { layout: LAYOUT, ...version, number };
      await writeSynced(join(staging.directory, FILES.description), Buffer.from(JSON.stringify(stored, null, 1)));
      if (await staging.moveTo(join(parent, String(number)))) return number;
    }
  } finally {
    await staging.discard();
  }
}

/** Deletes a version; renamed first, so that no half of it is ever seen. */
export async function deleteVersion(directory: string, number: number): Promise<void> {
  const parent = join(directory, FOLDER);
  const aside = join(parent, `${UNDONE}${String(number)}`);
  await rm(aside, { recursive: true, force: true });
  await rename(join(parent, String(number)), aside);
  await syncFolder(parent);
  await rm(aside, { recursive: true, force: true });
}

/** The failure of a version that is not there. */
export function unknownVersion(name: string, number: number): DenseLabError {
  return new DenseLabError(
    'dataset-version-unknown',
    `The dataset "${name}" has no version ${String(number)}.`,
    'Choose one of its versions.',
  );
}

async function mkdirDurably(directory: string, folder: string): Promise<void> {
  if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(directory);
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function numbersAmong(names: readonly string[]): readonly number[] {
  return names
    .filter((name) => /^[1-9]\d{0,6}$/.test(name))
    .map(Number)
    .filter((number) => number > 1)
    .sort((one, other) => one - other);
}

function parse(folder: string, dataset: StoredDataset, text: string, number: number): VersionDetail {
  const { note: _note, createdAt: _createdAt, number: found, ...version } = parseFile(folder, text);
  if (found !== number) throw damaged(folder, `${FILES.description} is that of version ${String(found)}`);
  const detail = { ...dataset, ...version, version: number };
  checkCounts(folder, detail);
  return detail;
}

function parseFile(folder: string, text: string): StoredVersion {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(folder, `${FILES.description} is not JSON`, String(error));
  }
  const parsed = versionFile.safeParse(value);
  if (!parsed.success) throw damaged(folder, `${FILES.description} is incomplete`, z.prettifyError(parsed.error));
  const { layout: _layout, ...version } = parsed.data;
  return version;
}

function checkSizes(folder: string, images: number, found: readonly ({ readonly size: number } | null)[]): void {
  const [index, labels] = found;
  if (index?.size !== images * 4) throw damaged(folder, `${FILES.index} does not hold ${String(images)} images`);
  if (labels?.size !== images * 2) throw damaged(folder, `${FILES.labels} does not hold ${String(images)} labels`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
