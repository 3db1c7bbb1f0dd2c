/** IDX files for tests. */

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeTree } from './trees.ts';

/** A small set: pixel values are a function of place, labels go round. */
export interface IdxSet {
  readonly train: number;
  readonly test: number;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
}

const SMALL: IdxSet = { train: 12, test: 6, rows: 4, columns: 5, classes: 3 };

/** The four names of MNIST. */
export const MNIST_NAMES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

/** An IDX file: magic, dimensions, content. */
export function idxFile(dimensions: readonly number[], content: Uint8Array, type = 0x08): Uint8Array {
  const header = Buffer.alloc(4 + dimensions.length * 4);
  header[2] = type;
  header[3] = dimensions.length;
  dimensions.forEach((size, index) => header.writeUInt32BE(size, 4 + index * 4));
  return Buffer.concat([header, content]);
}

/** Labels 0, 1, ..., classes - 1, 0, 1, ... */
export function labelFile(count: number, classes: number): Uint8Array {
  return idxFile(
    [count],
    Uint8Array.from({ length: count }, (_, index) => index % classes),
  );
}

/** Images whose bytes count up from `first`, modulo 251. */
export function imageFile(count: number, rows: number, columns: number, first = 0): Uint8Array {
  const content = Uint8Array.from({ length: count * rows * columns }, (_, index) => (first + index) % 251);
  return idxFile([count, rows, columns], content);
}

/** The four files by their MNIST names. */
export function idxSet(overrides: Partial<IdxSet> = {}): Record<keyof typeof MNIST_NAMES, Uint8Array> {
  const { train, test, rows, columns, classes } = { ...SMALL, ...overrides };
  return {
    trainImages: imageFile(train, rows, columns),
    trainLabels: labelFile(train, classes),
    testImages: imageFile(test, rows, columns, 100),
    testLabels: labelFile(test, classes),
  };
}

/** Writes a set, some files replaced, into `folder`; returns the folder. */
export function writeIdxSet(
  folder: string,
  replaced: Partial<Record<keyof typeof MNIST_NAMES, Uint8Array>> = {},
  { gzip = false, rename = (name: string): string => name } = {},
): string {
  const files = Object.entries({ ...idxSet(), ...replaced }).map(([key, content]): [string, Uint8Array] => {
    const name = rename(Object.entries(MNIST_NAMES).find(([known]) => known === key)?.[1] ?? key);
    return gzip ? [`${name}.gz`, gzipSync(content)] : [name, content];
  });
  writeTree(folder, Object.fromEntries(files));
  return join(folder);
}
