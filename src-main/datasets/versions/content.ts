/** Which images a version holds, in which order, with which labels. */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { DatasetSummary } from '../../contract/dataset.ts';
import { damaged } from '../layout.ts';
import { uint16From, uint32From } from './littleEndian.ts';
import { contentPaths } from './versionFiles.ts';

/** Both arrays in the order of the version: train, then validation, then test; rising places inside each split. */
export interface VersionContent {
  /** Place of each image in the import, which is the order of the pixels. */
  readonly positions: Uint32Array;
  readonly labels: Uint16Array;
}

/** What of a version must be known to read its content. */
type Described = Pick<DatasetSummary, 'version' | 'images' | 'classNames'>;

/**
 * Reads the content of a version.
 * @param imported images of the import
 * @throws DenseLabError `dataset-damaged` for places and labels that do not exist.
 */
export async function readContent(directory: string, version: Described, imported: number): Promise<VersionContent> {
  const paths = contentPaths(directory, version.version);
  const index = paths.index === null ? null : await readFile(paths.index);
  return check(directory, version, imported, index, await readFile(paths.labels));
}

/** As `readContent`, for a process that may wait. */
export function readContentSync(directory: string, version: Described, imported: number): VersionContent {
  const paths = contentPaths(directory, version.version);
  const index = paths.index === null ? null : readFileSync(paths.index);
  return check(directory, version, imported, index, readFileSync(paths.labels));
}

function check(
  directory: string,
  { images, classNames }: Described,
  imported: number,
  index: Uint8Array | null,
  labelBytes: Uint8Array,
): VersionContent {
  const labels = uint16From(labelBytes);
  const positions = index === null ? Uint32Array.from({ length: images }, (_, place) => place) : uint32From(index);
  if (labels.length !== images || positions.length !== images) throw damaged(directory, 'a version ends early');
  if (labels.some((label) => label >= classNames.length))
    throw damaged(directory, 'labels name a class that does not exist');
  if (positions.some((place) => place >= imported))
    throw damaged(directory, 'a version names an image that does not exist');
  return { positions, labels };
}
