/** Names that people give, and the folder names that follow from them. */

import type { DatasetSummary } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';

/** Most characters of a name. */
const LONGEST = 120;

/**
 * A name as it is stored: composed, without blanks around it.
 * @throws DenseLabError `usage` for an empty or overlong name, or one with line breaks or control characters.
 */
export function checkedName(name: string): string {
  const clean = name.normalize('NFC').trim();
  if (clean.length >= 1 && clean.length <= LONGEST && !/\p{Cc}/u.test(clean)) return clean;
  throw new DenseLabError(
    'usage',
    `${JSON.stringify(name.slice(0, 60))} cannot be the name of a dataset.`,
    `Choose 1 to ${LONGEST} characters in one line.`,
  );
}

/**
 * A new dataset's name: the given one, or the suggested one made unique (`roses`, `roses 2`, `roses 3`).
 * @throws DenseLabError `dataset-name-taken` when the given one is in use.
 */
export function chooseName(given: string | undefined, suggested: string, existing: readonly DatasetSummary[]): string {
  if (given !== undefined) {
    const name = checkedName(given);
    if (isTaken(name, existing)) throw nameTaken(name);
    return name;
  }
  const base =
    suggested
      .normalize('NFC')
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, LONGEST - 8) || 'dataset';
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base} ${number}`;
    if (!isTaken(name, existing)) return name;
  }
}

/** Whether a name or id means an existing dataset already; letter case makes no difference. */
export function isTaken(name: string, existing: readonly Pick<DatasetSummary, 'id' | 'name'>[]): boolean {
  const wanted = name.toLowerCase();
  return existing.some((dataset) => dataset.name.toLowerCase() === wanted || dataset.id.toLowerCase() === wanted);
}

/** The failure of a name that is in use. */
export function nameTaken(name: string): DenseLabError {
  return new DenseLabError(
    'dataset-name-taken',
    `There is already a dataset named "${name}".`,
    'Choose another name, or remove that dataset first.',
  );
}

/** A folder name in plain letters: `Röses & co` becomes `roses-co`; `number` tells namesakes apart. */
export function folderName(name: string, number: number): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');
  const base = plain === '' ? 'dataset' : plain;
  return number === 1 ? base : `${base}-${number}`;
}
