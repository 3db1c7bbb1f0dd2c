/** Versions of one stored dataset: opened, searched, edited, undone. */

import type { DatasetDetail } from '../../contract/dataset.ts';
import type { DatasetEdit, DuplicatePage, Likeness } from '../../contract/datasetVersion.ts';
import { DenseLabError } from '../../contract/errors.ts';
import { Duplicates } from '../duplicates/duplicates.ts';
import { readDuplicates } from '../duplicates/duplicatesFile.ts';
import type { StoredDataset } from '../layout.ts';
import type { PageWindow } from '../pages.ts';
import { readContent } from './content.ts';
import { applyEdits } from './edits.ts';
import { noteOf } from './editNote.ts';
import { measureVersion, readSourceSizes } from './measure.ts';
import type { Searched } from './selection.ts';
import {
  deleteVersion,
  readHistory,
  readVersion,
  unknownVersion,
  versionNumbers,
  writeVersion,
} from './versionFiles.ts';

/** Which version is meant; the latest when `version` is absent. */
export interface VersionChoice {
  readonly directory: string;
  readonly stored: StoredDataset;
  readonly version?: number | undefined;
}

/** Opens a version for searching and editing. @throws DenseLabError `dataset-damaged`, `dataset-version-unknown`. */
export async function openVersion({ directory, stored, version }: VersionChoice): Promise<Searched> {
  const number = version ?? (await versionNumbers(directory)).at(-1) ?? 1;
  const detail = await readVersion(directory, stored, number);
  const content = await readContent(directory, detail, stored.images);
  const found = await readDuplicates(directory);
  const duplicates = found === null ? null : new Duplicates(found, stored.images, detail, content);
  return { directory, detail, content, sourceSizes: await readSourceSizes(directory), duplicates };
}

/** Everything about a version. */
export async function describeVersion(
  { directory, detail, content, duplicates }: Searched,
  stored: StoredDataset,
): Promise<DatasetDetail> {
  // Layout 1 did not store them.
  const statistics = detail.statistics ?? (await measureVersion(directory, detail, content)).statistics;
  return {
    ...detail,
    statistics,
    versions: await readHistory(directory, stored),
    duplicates: duplicates?.summary() ?? null,
  };
}

/** One page of the groups of duplicates. */
export function showDuplicates(
  { duplicates }: Searched,
  { likeness, across, offset, limit }: PageWindow & { readonly likeness: Likeness; readonly across: boolean },
): DuplicatePage {
  const groups = duplicates?.groups(likeness, across) ?? [];
  return { groups: groups.length, page: groups.slice(offset, offset + limit) };
}

/**
 * Makes the next version by editing this one; until all of it is on disk there is nothing of it.
 * @returns its number
 * @throws DenseLabError as `applyEdits`
 */
export async function editVersion(
  { directory, detail, content, duplicates }: Searched,
  edits: readonly DatasetEdit[],
): Promise<number> {
  const edited = applyEdits({ ...content, classNames: detail.classNames, splits: detail.splits }, edits, (likeness) => {
    if (duplicates !== null) return duplicates.groups(likeness, false);
    throw new Error('the duplicates of a version are found before it is edited');
  });
  const { height, width, channels } = detail;
  const { classNames, splits } = edited;
  const measured = await measureVersion(directory, { height, width, channels, classNames, splits }, edited);
  const description = {
    createdAt: new Date().toISOString(),
    note: noteOf(edits, detail.classNames),
    editedFrom: detail.version,
    classNames,
    splits,
    images: edited.labels.length,
  };
  return writeVersion(directory, { ...description, ...measured }, edited);
}

/**
 * Deletes the latest version.
 * @param usedVersions those that runs have seen
 * @throws DenseLabError `dataset-version-unknown`, `dataset-version-in-use`.
 */
export async function undoVersion(
  { directory, stored, version }: VersionChoice & { readonly version: number },
  usedVersions: readonly number[],
): Promise<void> {
  const numbers = await versionNumbers(directory);
  if (!numbers.includes(version)) throw unknownVersion(stored.name, version);
  if (version === 1) throw inUse(`Version 1 of "${stored.name}" is its import.`, 'Remove the dataset instead.');
  if (version !== numbers.at(-1)) {
    throw inUse(`Version ${String(version)} of "${stored.name}" is not the latest.`, 'Undo the later versions first.');
  }
  if (usedVersions.includes(version)) {
    throw inUse(
      `Version ${String(version)} of "${stored.name}" was trained on.`,
      'Delete these runs first, or keep it.',
    );
  }
  await deleteVersion(directory, version);
}

function inUse(message: string, action: string): DenseLabError {
  return new DenseLabError('dataset-version-in-use', message, action);
}
