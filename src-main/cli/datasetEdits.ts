/** From the words of `denselab datasets edit` to an edit. */

import { SPLITS, type DatasetDetail, type Split } from '../contract/dataset.ts';
import type { DatasetEdit, Likeness } from '../contract/datasetVersion.ts';
import type { DenseLabError } from '../contract/errors.ts';
import { listOf, nearest } from '../model/nearest.ts';
import { usage } from './arguments.ts';

/** What an edit is read against. */
interface EditedDataset {
  readonly detail: Pick<DatasetDetail, 'classNames' | 'name'>;
  /** Of a new split. */
  readonly seed: number | undefined;
}

/** The actions, for the help. */
export const EDIT_HELP: readonly string[] = [
  'rename-class CLASS NEW         merge NEW CLASS CLASS...      exclude-class CLASS',
  'exclude IMAGES...              relabel CLASS IMAGES...       move train|validation|test IMAGES...',
  'resplit 80/10/10 [evenly|freely]                             drop-duplicates exact|near [across]',
  'IMAGES are positions in the version from 0, or ranges such as 5-9. A new split keeps the balance of the classes unless it',
  'is "freely"; --seed draws it. "across" takes only training copies of held-out images away.',
];

type Reader = (values: readonly string[], dataset: EditedDataset) => DatasetEdit;

const READERS: Readonly<Record<string, Reader>> = {
  'rename-class': ([from = '', to = '', ...rest], dataset) => {
    if (to === '' || rest.length > 0) throw wrong('rename-class CLASS NEW');
    return { kind: 'renameClass', label: labelOf(from, dataset), name: to };
  },
  merge: ([name = '', ...classes], dataset) => {
    if (classes.length < 2) throw wrong('merge NEW CLASS CLASS...');
    return { kind: 'mergeClasses', labels: classes.map((each) => labelOf(each, dataset)), name };
  },
  'exclude-class': ([name = '', ...rest], dataset) => {
    if (rest.length > 0) throw wrong('exclude-class CLASS');
    return { kind: 'excludeClass', label: labelOf(name, dataset) };
  },
  exclude: (values) => ({ kind: 'exclude', images: readImages(values) }),
  relabel: ([name = '', ...values], dataset) => ({
    kind: 'relabel',
    label: labelOf(name, dataset),
    images: readImages(values),
  }),
  move: ([to, ...values]) => ({ kind: 'move', to: readSplit(to), images: readImages(values) }),
  resplit: ([shares = '', manner = 'evenly', ...rest], { seed }) => {
    if (rest.length > 0 || !['evenly', 'freely'].includes(manner)) throw wrong('resplit 80/10/10 [evenly|freely]');
    return { kind: 'resplit', shares: readShares(shares), seed: seed ?? 1, stratified: manner === 'evenly' };
  },
  'drop-duplicates': ([likeness, across, ...rest]) => {
    if (rest.length > 0 || (across !== undefined && across !== 'across'))
      throw wrong('drop-duplicates exact|near [across]');
    return { kind: 'excludeDuplicates', likeness: readLikeness(likeness), across: across === 'across' };
  },
};

/** One edit. @throws DenseLabError `usage` for words that are none */
export function readEdit(action: string, values: readonly string[], dataset: EditedDataset): DatasetEdit {
  const read = Object.hasOwn(READERS, action) ? READERS[action] : undefined;
  if (read !== undefined) return read(values, dataset);
  const alike = nearest(action, Object.keys(READERS), 1);
  throw usage(
    `There is no action "${action}".`,
    alike.length > 0 ? `Did you mean ${listOf(alike)}?` : `There are: ${listOf(Object.keys(READERS))}.`,
  );
}

function labelOf(name: string, { detail }: EditedDataset): number {
  const wanted = name.normalize('NFC');
  const label = detail.classNames.indexOf(wanted);
  if (label >= 0) return label;
  const alike = nearest(name, detail.classNames, 3);
  throw usage(
    `${detail.name} has no class "${name}".`,
    alike.length > 0 ? `Did you mean ${listOf(alike)}?` : 'denselab datasets show lists its classes.',
  );
}

function readImages(values: readonly string[]): number[] {
  if (values.length === 0) throw usage('Which images is missing.', 'Write positions or ranges, say, 4 10-19.');
  return values.flatMap((value) => {
    const range = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(value);
    const [from, to] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    if (range === null || to < from) throw usage(`"${value}" is no position of an image.`, 'Write, say, 4 or 10-19.');
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function readSplit(word: string | undefined): Split {
  const split = SPLITS.find((each) => each === word);
  if (split === undefined) throw wrong('move train|validation|test IMAGES...');
  return split;
}

function readLikeness(word: string | undefined): Likeness {
  if (word === 'exact' || word === 'near') return word;
  throw wrong('drop-duplicates exact|near [across]');
}

/** `80/10/10` or `0.8/0.1/0.1`. */
function readShares(text: string): Record<Split, number> {
  const [train = NaN, validation = NaN, test = NaN, ...rest] = text.split('/').map(Number);
  const sum = train + validation + test;
  const whole = Math.abs(sum - 100) < 1e-6 ? 100 : 1;
  if (rest.length > 0 || !(Math.abs(sum - whole) < 1e-6) || Math.min(train, validation, test) < 0) {
    throw usage(`"${text}" are no three shares that sum to 100.`, 'Write, say, 80/10/10.');
  }
  return { train: train / whole, validation: validation / whole, test: test / whole };
}

function wrong(form: string): DenseLabError {
  return usage('The edit is not understood.', `Write: denselab datasets edit NAME ${form}`);
}
