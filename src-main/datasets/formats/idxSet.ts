/** Finds the IDX files that belong together: images and labels of train and test. */

import { basename, dirname, join } from 'node:path';
import type { Split } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import type { IdxRole } from './idxFile.ts';
import { sniff, SNIFFED_BYTES } from './magic.ts';
import type { TreeFile } from './sourceTree.ts';

/** Images and labels of one split. */
export interface IdxPair {
  readonly split: Split;
  readonly images: string;
  readonly labels: string;
}

/** A file that looks like part of a set, by its content or its name. */
interface Candidate {
  readonly path: string;
  readonly split: Split;
  readonly role: IdxRole;
  /** The name without what tells split, role and packing: alike for files of one set. */
  readonly family: string;
}

/** `train-images-idx3-ubyte`, `t10k-labels.idx1-ubyte.gz`, `emnist-letters-test-images-idx3-ubyte`. */
const NAME = /idx[13][-._]ubyte/i;

/** Whether a file is IDX, by its first bytes (also of its gzipped content) or its name. */
async function isIdx({ path, name, kind }: Pick<TreeFile, 'path' | 'name' | 'kind'>): Promise<boolean> {
  if (kind === 'idx' || NAME.test(name)) return true;
  return kind === 'gzip' && sniff(await unpackedHead(path)).kind === 'idx';
}

/** IDX files of a folder that belong together by their names, one list per set. */
export async function idxSetsIn(files: readonly TreeFile[]): Promise<readonly (readonly TreeFile[])[]> {
  const sets = new Map<string, TreeFile[]>();
  for (const file of files) {
    if (!(await isIdx(file))) continue;
    const { family } = classify(file.path);
    const set = sets.get(family);
    if (set === undefined) sets.set(family, [file]);
    else set.push(file);
  }
  return [...sets.values()];
}

/**
 * The pairs of a set, train first.
 * @param given the files of one set
 * @throws DenseLabError `idx-mismatch` when a partner is missing.
 */
export function findPairs(given: readonly string[]): readonly IdxPair[] {
  const set = unpackedFirst(given).map(classify);
  const splits: readonly Split[] = ['train', 'validation', 'test'];
  const pairs = splits.flatMap((split) => pairOf(split, set));
  if (!pairs.some((pair) => pair.split === 'train')) throw missing('train images and labels', given);
  return pairs;
}

function pairOf(split: Split, set: readonly Candidate[]): readonly IdxPair[] {
  const images = set.find((candidate) => candidate.split === split && candidate.role === 'images');
  const labels = set.find((candidate) => candidate.split === split && candidate.role === 'labels');
  if (images === undefined && labels === undefined) return [];
  if (images === undefined || labels === undefined) {
    const present = images ?? labels;
    const absent = images === undefined ? 'images' : 'labels';
    throw missing(
      `the ${absent} that belong to ${basename(present?.path ?? '')}`,
      set.map(({ path }) => path),
    );
  }
  return [{ split, images: images.path, labels: labels.path }];
}

function classify(path: string): Candidate {
  const name = basename(path).toLowerCase();
  const split = /t10k|test/.test(name) ? 'test' : /valid|val[-._]/.test(name) ? 'validation' : 'train';
  const role = /label|idx1/.test(name) ? 'labels' : 'images';
  // Only the file's own name tells: a folder may be called "training-data".
  const stem = name
    .replace(/\.gz$/, '')
    .replace(/t10k|test|train|validation|valid/, '')
    .replace(/images?|labels?/, '')
    .replace(/idx[13]/, '')
    .replace(/[-._]/g, '');
  return { path, split, role, family: join(dirname(path), stem) };
}

/** Where a file is there both ways, the unpacked one is taken: its size can be checked at once. */
function unpackedFirst(paths: readonly string[]): readonly string[] {
  return [...paths].sort((one, other) => Number(one.endsWith('.gz')) - Number(other.endsWith('.gz')));
}

/** First bytes of a gzipped file; none when they cannot be unpacked. */
async function unpackedHead(path: string): Promise<Uint8Array> {
  const unpacked = pipeline(createReadStream(path), createGunzip(), () => undefined);
  try {
    for await (const chunk of unpacked) {
      if (chunk instanceof Uint8Array) return chunk.subarray(0, SNIFFED_BYTES);
    }
  } catch {
    // Then it is some other gzip file.
  }
  return new Uint8Array(0);
}

function missing(what: string, given: readonly string[]): DenseLabError {
  return new DenseLabError(
    'idx-mismatch',
    `${dirname(given[0] ?? '')} lacks ${what}.`,
    'Put the four files into one folder: images and labels of train and of t10k or test.',
    given.join('\n'),
  );
}
