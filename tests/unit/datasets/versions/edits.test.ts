/** Edits of a version: what becomes of images, classes and splits, and which edits are refused. */

import { describe, expect, it } from 'vitest';
import type { DatasetEdit } from '../../../../src-main/contract/datasetVersion.ts';
import { DenseLabError } from '../../../../src-main/contract/errors.ts';
import { applyEdits, type EditedVersion, type GroupsOf } from '../../../../src-main/datasets/versions/edits.ts';

/** Ten images: train 0-5, validation 6-7, test 8-9; classes cat and dog take turns, and bird has the third and sixth. */
const BASE: EditedVersion = {
  classNames: ['cat', 'dog', 'bird'],
  positions: Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  labels: Uint16Array.from([0, 1, 2, 0, 1, 2, 0, 1, 0, 1]),
  splits: {
    train: { images: 6, perClass: [2, 2, 2] },
    validation: { images: 2, perClass: [1, 1, 0] },
    test: { images: 2, perClass: [1, 1, 0] },
  },
};

const NO_GROUPS: GroupsOf = () => [];

/** `train: 0 cat, 1 dog ...` by places in the import. */
function told(version: EditedVersion): Record<string, string> {
  let first = 0;
  const lines: Record<string, string> = {};
  for (const split of ['train', 'validation', 'test'] as const) {
    const end = first + version.splits[split].images;
    const images = [...version.positions.subarray(first, end)].map(
      (place, index) => `${String(place)} ${version.classNames[version.labels[first + index] ?? -1] ?? '?'}`,
    );
    lines[split] = images.join(', ');
    first = end;
  }
  return lines;
}

function edited(...edits: readonly DatasetEdit[]): Record<string, string> {
  return told(applyEdits(BASE, edits, NO_GROUPS));
}

function refusal(...edits: readonly DatasetEdit[]): string {
  try {
    applyEdits(BASE, edits, NO_GROUPS);
  } catch (thrown) {
    if (thrown instanceof DenseLabError) return thrown.failure.code;
    throw thrown;
  }
  return 'accepted';
}

describe('an edit', () => {
  it('renames a class, and leaves its images where they are', () => {
    const result = edited({ kind: 'renameClass', label: 2, name: ' parrot ' });
    expect(result['train']).toBe('0 cat, 1 dog, 2 parrot, 3 cat, 4 dog, 5 parrot');
  });

  it('merges classes into the first, and numbers the others anew', () => {
    const version = applyEdits(BASE, [{ kind: 'mergeClasses', labels: [1, 0], name: 'pet' }], NO_GROUPS);
    expect(version.classNames).toEqual(['pet', 'bird']);
    expect(told(version)).toEqual({
      train: '0 pet, 1 pet, 2 bird, 3 pet, 4 pet, 5 bird',
      validation: '6 pet, 7 pet',
      test: '8 pet, 9 pet',
    });
    expect(version.splits.train.perClass).toEqual([4, 2]);
  });

  it('excludes images and whole classes', () => {
    expect(edited({ kind: 'exclude', images: [0, 9] }, { kind: 'excludeClass', label: 2 })).toEqual({
      train: '1 dog, 3 cat, 4 dog',
      validation: '6 cat, 7 dog',
      test: '8 cat',
    });
  });

  it('moves images to where they belong by their place in the import', () => {
    expect(edited({ kind: 'move', images: [1, 8], to: 'validation' })).toEqual({
      train: '0 cat, 2 bird, 3 cat, 4 dog, 5 bird',
      validation: '1 dog, 6 cat, 7 dog, 8 cat',
      test: '9 dog',
    });
  });

  it('gives images another class', () => {
    expect(edited({ kind: 'relabel', images: [0, 8], label: 2 })).toMatchObject({
      train: '0 bird, 1 dog, 2 bird, 3 cat, 4 dog, 5 bird',
      test: '8 bird, 9 dog',
    });
  });

  it('reads positions and labels of the version that is edited, whatever came before it', () => {
    const result = edited({ kind: 'exclude', images: [0] }, { kind: 'move', images: [1], to: 'test' });
    expect(result['test']).toBe('1 dog, 8 cat, 9 dog');
    const merged = applyEdits(
      BASE,
      [
        { kind: 'mergeClasses', labels: [0, 1], name: 'pet' },
        { kind: 'renameClass', label: 2, name: 'fowl' },
      ],
      NO_GROUPS,
    );
    expect(merged.classNames).toEqual(['pet', 'fowl']);
  });
});

describe('splitting anew', () => {
  const LABELS = Uint16Array.from({ length: 1000 }, (_, image) => (image % 10 === 0 ? 1 : 0));
  const LARGE: EditedVersion = {
    classNames: ['common', 'rare'],
    positions: Uint32Array.from({ length: 1000 }, (_, image) => image),
    labels: LABELS,
    splits: {
      train: { images: 900, perClass: [810, 90] },
      validation: { images: 0, perClass: [0, 0] },
      test: { images: 100, perClass: [90, 10] },
    },
  };
  const shares = { train: 0.7, validation: 0.1, test: 0.2 };

  it('keeps the balance of the classes where each is split by itself', () => {
    const { splits } = applyEdits(LARGE, [{ kind: 'resplit', shares, seed: 3, stratified: true }], NO_GROUPS);
    expect(splits.train.perClass).toEqual([630, 70]);
    expect(splits.validation.perClass).toEqual([90, 10]);
    expect(splits.test.perClass).toEqual([180, 20]);
  });

  it('keeps the shares only where it is not', () => {
    const { splits } = applyEdits(LARGE, [{ kind: 'resplit', shares, seed: 3, stratified: false }], NO_GROUPS);
    expect([splits.train.images, splits.validation.images, splits.test.images]).toEqual([700, 100, 200]);
  });

  it('is a function of the seed and the images, not of the splits before', () => {
    const once = applyEdits(LARGE, [{ kind: 'resplit', shares, seed: 3, stratified: true }], NO_GROUPS);
    const other = applyEdits(LARGE, [{ kind: 'resplit', shares, seed: 4, stratified: true }], NO_GROUPS);
    const again = applyEdits(other, [{ kind: 'resplit', shares, seed: 3, stratified: true }], NO_GROUPS);
    expect(told(again)).toEqual(told(once));
    expect(told(other)).not.toEqual(told(once));
  });

  it('leaves an image to train on and one to test with even in the smallest class', () => {
    const { splits } = applyEdits(
      BASE,
      [{ kind: 'resplit', shares: { train: 0.9, validation: 0, test: 0.1 }, seed: 1, stratified: true }],
      NO_GROUPS,
    );
    expect(splits.train.perClass).toEqual([3, 3, 1]);
    expect(splits.test.perClass).toEqual([1, 1, 1]);
    expect(splits.validation.images).toBe(0);
  });
});

describe('excluding duplicates', () => {
  // Images 0 and 3 in train, 6 in validation; 1 and 4 in train; 2 in train and 9 in test.
  const groups: GroupsOf = () => [{ images: [0, 3, 6] }, { images: [1, 4] }, { images: [2, 9] }];
  const after = (across: boolean): Record<string, string> =>
    told(applyEdits(BASE, [{ kind: 'excludeDuplicates', likeness: 'exact', across }], groups));

  it('keeps one of each group, the held-out one before the one that is trained on', () => {
    expect(
      told(
        applyEdits(BASE, [{ kind: 'excludeDuplicates', likeness: 'exact', across: false }], () => [
          { images: [1, 4] },
          { images: [2, 9] },
        ]),
      ),
    ).toEqual({
      train: '0 cat, 1 dog, 3 cat, 5 bird',
      validation: '6 cat, 7 dog',
      test: '8 cat, 9 dog',
    });
  });

  it('takes only training copies away where groups lie in several splits', () => {
    const relabelled = { ...BASE, labels: Uint16Array.from([1, 1, 2, 0, 0, 2, 0, 1, 0, 1]) };
    const version = applyEdits(relabelled, [{ kind: 'excludeDuplicates', likeness: 'exact', across: true }], groups);
    expect(told(version)).toEqual({ train: '1 dog, 4 cat, 5 bird', validation: '6 cat, 7 dog', test: '8 cat, 9 dog' });
  });

  it('is refused where it would take the last image of a class', () => {
    expect(() => after(true)).toThrow(/no image to train on/);
  });
});

describe('an edit is refused', () => {
  const refused: [string, string, DatasetEdit[]][] = [
    ['an image that is not there', 'edit-invalid', [{ kind: 'exclude', images: [10] }]],
    ['an image before the first', 'edit-invalid', [{ kind: 'move', images: [-1], to: 'test' }]],
    ['a class that is not there', 'edit-invalid', [{ kind: 'relabel', images: [0], label: 3 }]],
    [
      'a class that an edit before took away',
      'edit-invalid',
      [
        { kind: 'excludeClass', label: 1 },
        { kind: 'renameClass', label: 1, name: 'x' },
      ],
    ],
    ['a name without letters', 'edit-invalid', [{ kind: 'renameClass', label: 0, name: ' ' }]],
    [
      'shares that do not sum to one',
      'edit-invalid',
      [{ kind: 'resplit', shares: { train: 0.5, validation: 0, test: 0.4 }, seed: 1, stratified: true }],
    ],
    ['merging a class with itself', 'edit-invalid', [{ kind: 'mergeClasses', labels: [1, 1], name: 'x' }]],
    ['a name that is taken', 'edit-class-taken', [{ kind: 'renameClass', label: 0, name: 'dog' }]],
    ['a class without an image', 'edit-class-emptied', [{ kind: 'exclude', images: [2, 5] }]],
    ['a class without an image to train on', 'edit-class-emptied', [{ kind: 'move', images: [2, 5], to: 'test' }]],
    [
      'a single class',
      'dataset-single-class',
      [
        { kind: 'excludeClass', label: 1 },
        { kind: 'excludeClass', label: 2 },
      ],
    ],
    ['no image to test with', 'dataset-empty', [{ kind: 'move', images: [6, 7, 8, 9], to: 'train' }]],
    ['no change', 'edit-changes-nothing', [{ kind: 'relabel', images: [0], label: 0 }]],
  ];

  it.each(refused)('that leaves %s: %s', (_, code, edits) => {
    expect(refusal(...edits)).toBe(code);
  });
});
