/** Edits as pure functions: from the content of one version to that of the next. */

import type { Split, SplitSummary } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import type { DatasetEdit, DuplicateGroup, Likeness } from '../../contract/datasetVersion.ts';
import { assertNever, DenseLabError } from '../../contract/errors.ts';
import { spelled } from '../formats/source.ts';
import type { VersionContent } from './content.ts';
import { keptOfGroup } from './keptDuplicate.ts';
import { resplit } from './resplit.ts';

/** A version as edits see it. */
export interface EditedVersion extends VersionContent {
  readonly classNames: readonly string[];
  readonly splits: Readonly<Record<Split, SplitSummary>>;
}

/** Groups of duplicates of the version that is edited, by likeness. */
export type GroupsOf = (likeness: Likeness) => readonly DuplicateGroup[];

/** Marks an image that is left out. */
const GONE = 255;

/** What becomes of each image and class while edits are applied. */
interface Draft {
  readonly base: EditedVersion;
  /** Place in `SPLITS` by image of the base, or `GONE`. */
  readonly splits: Uint8Array;
  /** Class by image; classes keep their numbers until the end. */
  readonly labels: Uint16Array;
  /** Name by class; null for one that is gone. */
  readonly names: (string | null)[];
}

/**
 * Applies edits in turn. Positions and labels mean those of `base`, whatever came before.
 * @throws DenseLabError `edit-invalid` for an image, a class or shares that cannot be; `edit-class-taken`, `edit-class-emptied`,
 *   `edit-changes-nothing`, `dataset-single-class`, `dataset-empty`.
 */
export function applyEdits(base: EditedVersion, edits: readonly DatasetEdit[], groupsOf: GroupsOf): EditedVersion {
  const draft = draftOf(base);
  for (const edit of edits) applyEdit(draft, edit, groupsOf);
  checkClasses(draft);
  const edited = finish(draft);
  checkSplits(edited);
  if (isSame(base, edited))
    throw new DenseLabError('edit-changes-nothing', 'The edit changes nothing.', 'Change something else.');
  return edited;
}

function draftOf(base: EditedVersion): Draft {
  const splits = new Uint8Array(base.labels.length);
  let first = 0;
  SPLITS.forEach((split, place) => {
    splits.fill(place, first, first + base.splits[split].images);
    first += base.splits[split].images;
  });
  return { base, splits, labels: base.labels.slice(), names: [...base.classNames] };
}

function applyEdit(draft: Draft, edit: DatasetEdit, groupsOf: GroupsOf): void {
  const { splits, labels, names } = draft;
  switch (edit.kind) {
    case 'renameClass':
      names[checkedClass(draft, edit.label)] = checkedName(edit.name);
      return;
    case 'mergeClasses':
      return merge(draft, edit.labels, edit.name);
    case 'exclude':
      for (const image of edit.images) splits[checkedImage(draft, image)] = GONE;
      return;
    case 'excludeClass': {
      const gone = checkedClass(draft, edit.label);
      labels.forEach((label, image) => {
        if (label === gone) splits[image] = GONE;
      });
      names[gone] = null;
      return;
    }
    case 'relabel': {
      const label = checkedClass(draft, edit.label);
      for (const image of edit.images) labels[checkedImage(draft, image)] = label;
      return;
    }
    case 'move':
      for (const image of edit.images) {
        const place = checkedImage(draft, image);
        if (splits[place] !== GONE) splits[place] = SPLITS.indexOf(edit.to);
      }
      return;
    case 'resplit':
      return splitAnew(draft, edit);
    case 'excludeDuplicates':
      return excludeDuplicates(draft, groupsOf(edit.likeness), edit.across);
    default:
      return assertNever(edit);
  }
}

function merge(draft: Draft, merged: readonly number[], name: string): void {
  const [first, ...others] = [...new Set(merged)].map((label) => checkedClass(draft, label));
  if (first === undefined || others.length === 0) throw invalid('Fewer than two classes were chosen to be merged.');
  draft.labels.forEach((label, image) => {
    if (others.includes(label)) draft.labels[image] = first;
  });
  for (const other of others) draft.names[other] = null;
  draft.names[first] = checkedName(name);
}

function splitAnew(draft: Draft, { shares, seed, stratified }: Extract<DatasetEdit, { kind: 'resplit' }>): void {
  const all = SPLITS.reduce((sum, split) => sum + shares[split], 0);
  if (SPLITS.some((split) => !(shares[split] >= 0)) || Math.abs(all - 1) > 1e-6) {
    throw invalid('The shares of the splits do not sum to 100%.');
  }
  const { positions } = draft.base;
  // By their places in the import, so that the same seed gives the same splits whatever they were before.
  const left = byPlace(positions).filter((image) => draft.splits[image] !== GONE);
  const labels = left.map((image) => draft.labels[image] ?? 0);
  const places = resplit(labels, { shares, seed, stratified });
  left.forEach((image, index) => (draft.splits[image] = places[index] ?? 0));
}

function excludeDuplicates(draft: Draft, groups: readonly DuplicateGroup[], across: boolean): void {
  for (const { images } of groups) {
    const left = images.filter((image) => draft.splits[image] !== GONE);
    const kept = keptOfGroup(left, (image) => draft.splits[image] ?? 0, across);
    for (const image of left) if (!kept.has(image)) draft.splits[image] = GONE;
  }
}

function checkedImage({ base }: Draft, image: number): number {
  if (Number.isInteger(image) && image >= 0 && image < base.labels.length) return image;
  throw invalid(`There is no image ${String(image)}: the version has ${spelled(base.labels.length)}.`);
}

function checkedClass({ names, base }: Draft, label: number): number {
  const name = names[label];
  if (name !== undefined && name !== null) return label;
  const known = base.classNames[label];
  throw invalid(
    known === undefined
      ? `There is no class ${String(label)}: the version has ${spelled(base.classNames.length)}.`
      : `The class "${known}" is gone after the edits before.`,
  );
}

function checkedName(name: string): string {
  const clean = name.normalize('NFC').trim();
  if (clean.length >= 1 && clean.length <= 255 && !/\p{Cc}/u.test(clean)) return clean;
  throw invalid(`${JSON.stringify(name.slice(0, 60))} cannot be the name of a class.`);
}

/** Every class that had images must have some left, two classes at least, and no two of one name. */
function checkClasses({ base, splits, labels, names }: Draft): void {
  const before = countBy(base.labels, names.length, () => true);
  const left = countBy(labels, names.length, (image) => splits[image] !== GONE);
  const taught = countBy(labels, names.length, (image) => splits[image] === 0);
  const seen = new Set<string>();
  names.forEach((name, label) => {
    if (name === null) return;
    if (seen.has(name)) {
      throw new DenseLabError(
        'edit-class-taken',
        `There are two classes named "${name}".`,
        'Merge them, or choose another name.',
      );
    }
    seen.add(name);
    if ((before[label] ?? 0) === 0) return;
    if ((left[label] ?? 0) === 0) throw emptied(`The class "${name}" would have no image left.`);
    if ((taught[label] ?? 0) === 0) throw emptied(`The class "${name}" would have no image to train on.`);
  });
  if (seen.size >= 2) return;
  throw new DenseLabError(
    'dataset-single-class',
    'The version would have fewer than two classes.',
    'A network needs at least two classes to tell apart.',
  );
}

/** Sorts the images that are left into the order of a version, and numbers the classes anew. */
function finish({ base, splits, labels, names }: Draft): EditedVersion {
  const classes = [...names.keys()].filter((label) => names[label] !== null);
  const renumbered = new Map(classes.map((label, number) => [label, number]));
  const { positions } = base;
  const order = inOrder(splits, positions);
  const newLabels = Uint16Array.from(order, (image) => renumbered.get(labels[image] ?? 0) ?? 0);
  const summary = (place: number): SplitSummary => {
    const perClass = countBy(newLabels, classes.length, (index) => splits[order[index] ?? 0] === place);
    return { images: perClass.reduce((sum, count) => sum + count, 0), perClass };
  };
  return {
    classNames: classes.map((label) => names[label] ?? ''),
    positions: order.map((image) => positions[image] ?? 0),
    labels: newLabels,
    splits: { train: summary(0), validation: summary(1), test: summary(2) },
  };
}

/** All images by their place in the import. Sorting would take longer. */
function byPlace(positions: Uint32Array): Uint32Array {
  const last = positions.reduce((most, place) => Math.max(most, place), -1);
  const imageAt = new Int32Array(last + 1).fill(-1);
  positions.forEach((place, image) => (imageAt[place] = image));
  return Uint32Array.from(imageAt.filter((image) => image >= 0));
}

/** Images by split, and by their place in the import within each; without those that are gone. */
function inOrder(splits: Uint8Array, positions: Uint32Array): Uint32Array {
  const images = byPlace(positions);
  const order = new Uint32Array(images.length);
  let left = 0;
  for (const split of SPLITS.keys()) {
    for (const image of images) if (splits[image] === split) order[left++] = image;
  }
  return order.slice(0, left);
}

function checkSplits({ splits }: EditedVersion): void {
  const missing =
    splits.train.images === 0 ? 'train on' : splits.validation.images + splits.test.images === 0 ? 'test with' : null;
  if (missing === null) return;
  throw new DenseLabError(
    'dataset-empty',
    `The version would have no image to ${missing}.`,
    'Leave some images in the split, or split anew.',
  );
}

function isSame(one: EditedVersion, other: EditedVersion): boolean {
  return (
    one.classNames.join('\n') === other.classNames.join('\n') &&
    SPLITS.every((split) => one.splits[split].images === other.splits[split].images) &&
    isEqual(one.positions, other.positions) &&
    isEqual(one.labels, other.labels)
  );
}

function isEqual(one: Uint32Array | Uint16Array, other: Uint32Array | Uint16Array): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

function countBy(labels: Uint16Array, classes: number, counts: (index: number) => boolean): number[] {
  const perClass = new Array<number>(classes).fill(0);
  labels.forEach((label, index) => {
    if (counts(index)) perClass[label] = (perClass[label] ?? 0) + 1;
  });
  return perClass;
}

function invalid(message: string): DenseLabError {
  return new DenseLabError('edit-invalid', message, 'Open the version again and repeat the edit.');
}

function emptied(message: string): DenseLabError {
  return new DenseLabError('edit-class-emptied', message, 'Exclude the whole class instead, or leave it some images.');
}
