/** Reading array sources to the end, and the images that tests/fixtures/arrays/make.py writes. */

import { join } from 'node:path';
import type { Split } from '../../../src-main/contract/dataset.ts';
import { DenseLabError } from '../../../src-main/contract/errors.ts';
import type { PrepareOptions, PreparedSource } from '../../../src-main/datasets/formats/source.ts';
import { prepareSource } from '../../../src-main/datasets/prepare.ts';
import { NO_DECODER, prepareOptions } from './stores.ts';

/** Path of a file or folder that make.py wrote. */
export function arrayFixture(...names: readonly string[]): string {
  return join(import.meta.dirname, '../../fixtures/arrays', ...names);
}

/** make.py's images from `first`, uint8 NHWC. */
export function madeImages(first: number, count: number, height: number, width: number, channels: number): number[] {
  const pixels: number[] = [];
  for (let image = first; image < first + count; image++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (let channel = 0; channel < channels; channel++) {
          pixels.push((37 * image + 5 * row + 3 * column + 11 * channel) % 256);
        }
      }
    }
  }
  return pixels;
}

/** What an array source comes to. */
export interface ReadImages {
  readonly source: PreparedSource;
  readonly splits: Split[];
  readonly classes: string[];
  readonly pixels: number[];
}

/** Prepares a source of arrays. */
export function prepareArrayPaths(
  paths: readonly string[],
  options: Partial<PrepareOptions & { choice: string }> = {},
): Promise<PreparedSource> {
  return prepareSource({ kind: 'paths', paths }, NO_DECODER, { ...prepareOptions(options), choice: options.choice });
}

/** Prepares it and reads it to the end. */
export async function readArrays(
  paths: readonly string[],
  options: Partial<PrepareOptions & { choice: string }> = {},
): Promise<ReadImages> {
  const source = await prepareArrayPaths(paths, options);
  const read: ReadImages = { source, splits: [], classes: [], pixels: [] };
  for await (const { split, labels, pixels } of source.batches(new AbortController().signal)) {
    for (const label of labels) {
      read.splits.push(split);
      read.classes.push(source.classNames[label] ?? '');
    }
    for (const value of pixels) read.pixels.push(value);
  }
  return read;
}

/** Codes that a broken or foreign source may end in; anything else that is thrown is a defect. */
const NAMED = new Set([
  'source-damaged',
  'source-unsupported',
  'format-unknown',
  'dataset-single-class',
  'dataset-empty',
  'dataset-choice',
  'idx-header',
  'idx-mismatch',
]);

/** Reads a source that may be broken: null when it was refused by name. */
export async function readOrRefuse(paths: readonly string[]): Promise<ReadImages | null> {
  try {
    return await readArrays(paths);
  } catch (error) {
    if (error instanceof DenseLabError && NAMED.has(error.failure.code)) return null;
    throw error;
  }
}
