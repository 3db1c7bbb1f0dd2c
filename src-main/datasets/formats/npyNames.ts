/** Which arrays belong together: by the words in their names, or by their shapes where names say nothing. */

import type { Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import type { NamedArray } from './npyFile.ts';
import { imageLayout } from './npyImages.ts';
import { isLabelShape } from './npyLabels.ts';

/** Images and their labels. */
export interface ArrayPair {
  readonly split: Split | null;
  readonly images: NamedArray;
  readonly labels: NamedArray;
}

/** One dataset among arrays. */
export interface ArraySet {
  /** What is left of the names: `digits` of `digits_x_train`; mostly nothing. */
  readonly family: string;
  /** Train first. */
  readonly pairs: readonly ArrayPair[];
  readonly classNames: NamedArray | null;
}

const SPLIT_WORDS: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['tr', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['dev', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
  ['te', 'test'],
]);
const IMAGE_WORDS = new Set(['x', 'image', 'images', 'img', 'imgs', 'data', 'pixels', 'features', 'inputs']);
const LABEL_WORDS = new Set(['y', 'label', 'labels', 'target', 'targets', 'class', 'classes', 'ids']);
const NAME_LISTS = new Set(['class_names', 'classnames', 'label_names', 'classes', 'categories', 'names']);

interface Named {
  readonly array: NamedArray;
  readonly role: 'images' | 'labels' | null;
  readonly split: Split | null;
  readonly family: string;
}

/** The datasets among arrays of one archive or folder; empty when nothing fits together. */
export function pairArrays(arrays: readonly NamedArray[]): readonly ArraySet[] {
  const classNames = arrays.find(isNameList) ?? null;
  const others = arrays.filter((array) => array !== classNames).map(classify);
  const families = [...new Set(others.map(({ family }) => family))];
  const sets = families
    .map((family) => ({ family, pairs: pairsOf(others.filter((named) => named.family === family)), classNames }))
    .filter(({ pairs }) => pairs.length > 0);
  if (sets.length > 0) return sets;
  const pairs = pairByShape(others.map(({ array }) => array));
  return pairs.length > 0 ? [{ family: '', pairs, classNames }] : [];
}

function isNameList({ name, header }: NamedArray): boolean {
  const isText = header.kind === 'U' || header.kind === 'S';
  return isText && header.shape.length === 1 && NAME_LISTS.has(name.toLowerCase());
}

/** Words are parted by signs, and by capitals as in `xTrain`. */
function classify(array: NamedArray): Named {
  let role: Named['role'] = null;
  let split: Split | null = null;
  const rest: string[] = [];
  for (const word of array.name.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])/)) {
    const lower = word.toLowerCase();
    if (role === null && IMAGE_WORDS.has(lower)) role = 'images';
    else if (role === null && LABEL_WORDS.has(lower)) role = 'labels';
    else if (split === null && SPLIT_WORDS.has(lower)) split = SPLIT_WORDS.get(lower) ?? null;
    else if (word !== '') rest.push(lower);
  }
  return { array, role, split, family: rest.join('_') };
}

function pairsOf(named: readonly Named[]): readonly ArrayPair[] {
  const splits: readonly (Split | null)[] = [null, ...SPLITS];
  return splits.flatMap((split): readonly ArrayPair[] => {
    const own = named.filter((each) => each.split === split);
    const images = own.find(({ role, array }) => role === 'images' && imageLayout(array) !== null)?.array;
    if (images === undefined) return [];
    const count = images.header.shape[0] ?? 0;
    const labels = own.find(({ role, array }) => role === 'labels' && isLabelShape(array, count))?.array;
    return labels === undefined ? [] : [{ split, images, labels }];
  });
}

/**
 * `arr_0`, `arr_1`, ... as `numpy.savez` calls what has no name: images, each with the first labels of their number behind them. Of
 * two pairs the first is for training and the second for testing.
 */
function pairByShape(arrays: readonly NamedArray[]): readonly ArrayPair[] {
  const free = [...arrays].sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
  const pairs: { images: NamedArray; labels: NamedArray }[] = [];
  for (const images of free.filter((array) => array.header.shape.length >= 3 && imageLayout(array) !== null)) {
    const count = images.header.shape[0] ?? 0;
    const taken = new Set(pairs.map(({ labels }) => labels));
    const labels = free.find((array) => array !== images && !taken.has(array) && isLabelShape(array, count));
    if (labels !== undefined) pairs.push({ images, labels });
  }
  const splits: readonly Split[] = pairs.length === 3 ? SPLITS : ['train', 'test'];
  if (pairs.length > 3) return [];
  return pairs.map((pair, index) => ({ ...pair, split: pairs.length === 1 ? null : (splits[index] ?? null) }));
}
