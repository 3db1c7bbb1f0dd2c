/** Finds the IDX files that belong together: images and labels of train and test. */

import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Split } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import type { IdxRole } from './idxFile.ts';
import { sniff, SNIFFED_BYTES } from './magic.ts';

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
export async function isIdx(path: string): Promise<boolean> {
  if (NAME.test(basename(path))) return true;
  const head = await readHead(path);
  const { kind } = sniff(head);
  if (kind !== 'gzip') return kind === 'idx';
  return sniff(await unpackedHead(path)).kind === 'idx';
}

/** IDX files of a folder, not of folders in it. */
export async function idxFilesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isFile() && !entry.name.startsWith('.') && (await isIdx(path))) found.push(path);
  }
  return found.sort();
}

/**
 * The pairs of a set, train first.
 * @param given IDX files that a person named, or all of a folder
 * @throws DenseLabError `idx-mismatch` when a partner is missing, `format-unknown` when several sets are mixed.
 */
export async function findPairs(given: readonly string[]): Promise<readonly IdxPair[]> {
  const families = new Set(given.map((path) => classify(path).family));
  if (families.size > 1) throw severalSets(given);
  const siblings = (await Promise.all([...new Set(given.map(dirname))].map(idxFilesIn))).flat();
  const all = unpackedFirst([...new Set([...given, ...siblings])]).map(classify);
  const set = all.filter((candidate) => families.has(candidate.family));
  const splits: readonly Split[] = ['train', 'validation', 'test'];
  const pairs = splits.flatMap((split) => pairOf(split, set));
  for (const needed of ['train', 'test'] as const) {
    if (!pairs.some((pair) => pair.split === needed))
      throw missing(`${needed === 'test' ? 't10k or test' : needed} images and labels`, given);
  }
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

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
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

function severalSets(given: readonly string[]): DenseLabError {
  const names = given.map((path) => basename(path));
  return new DenseLabError(
    'format-unknown',
    `${dirname(given[0] ?? '')} holds IDX files of several sets: ${names.slice(0, 6).join(', ')}.`,
    'Choose one file of the set that you mean; its siblings are found.',
  );
}

function missing(what: string, given: readonly string[]): DenseLabError {
  return new DenseLabError(
    'idx-mismatch',
    `${dirname(given[0] ?? '')} lacks ${what}.`,
    'Put the four files into one folder: images and labels of train and of t10k or test.',
    given.join('\n'),
  );
}
