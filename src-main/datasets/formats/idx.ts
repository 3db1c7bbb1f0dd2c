/** Reads a set of IDX files, as MNIST, Fashion-MNIST and EMNIST are published. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DenseLabError } from '../../contract/errors.ts';
import type { ArrayPart } from './arrays.ts';
import { prepareArrays } from './arrays.ts';
import type { IdxHeader, IdxStream } from './idxFile.ts';
import { endsEarly, openIdx } from './idxFile.ts';
import type { IdxPair } from './idxSet.ts';
import { findPairs } from './idxSet.ts';
import type { PreparedSource, PrepareOptions } from './source.ts';
import { spelled, throwIfCancelled } from './source.ts';

/** Pixels of one batch, in bytes. */
const BATCH_BYTES = 1 << 20;
/** Bytes of a mapping that are read. */
const LONGEST_MAPPING = 64 << 10;

/** SHA-256 of the unpacked train labels of Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), as Debian ships them. */
const FASHION_LABELS = 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9';
const FASHION_CLASSES: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** A pair whose headers agree. */
interface CheckedPair extends IdxPair {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly labelValues: Int32Array;
  readonly labelsHash: string;
}

/**
 * Checks headers and labels of the whole set, before anything is written.
 * @param given the IDX files of one set
 * @throws DenseLabError `idx-header`, `idx-mismatch` or `dataset-single-class`.
 */
export async function prepareIdx(given: readonly string[], options: PrepareOptions): Promise<PreparedSource> {
  const pairs: CheckedPair[] = [];
  for (const pair of findPairs(given)) pairs.push(await checkPair(pair, options.signal));
  const [train] = pairs;
  if (train === undefined) throw new Error('findPairs yields at least train');
  for (const pair of pairs) checkAgreement(train, pair);
  const directory = dirname(train.images);
  const known = await describeKnown(train, directory);
  return prepareArrays(
    {
      format: 'idx',
      source: directory,
      suggestedName: known.name,
      names: known.names,
      parts: pairs.map((pair) => partOf(pair, known.isTransposed)),
      ...(known.isTransposed ? { reading: 'Rows and columns exchanged, as EMNIST stores them.' } : {}),
    },
    options,
  );
}

/** What is known about a set beyond its headers. */
interface Known {
  readonly name: string;
  readonly names: ReadonlyMap<number, string> | null;
  readonly isTransposed: boolean;
}

async function describeKnown(train: CheckedPair, directory: string): Promise<Known> {
  if (isFashion(train, directory)) {
    return { name: 'fashion-mnist', names: new Map(FASHION_CLASSES.entries()), isTransposed: false };
  }
  const emnist = /^(emnist-[a-z]+)-/i.exec(basename(train.images))?.[1];
  if (emnist === undefined) return { name: basename(directory) || 'idx', names: null, isTransposed: false };
  const names = await readMapping(join(directory, `${emnist}-mapping.txt`));
  return { name: emnist.toLowerCase(), names, isTransposed: true };
}

/**
 * EMNIST's mapping (Cohen et al., 2017): a label and the codes of its characters on each line.
 * @returns null when there is no such file, or it says something else
 */
async function readMapping(path: string): Promise<ReadonlyMap<number, string> | null> {
  const text = await readFile(path, 'latin1').catch(() => '');
  const names = new Map<number, string>();
  for (const line of text.slice(0, LONGEST_MAPPING).split(/\r?\n/)) {
    const [label, ...codes] = line.trim().split(/\s+/).map(Number);
    if (label === undefined || codes.length === 0 || !codes.every((code) => code > 32 && code < 127)) continue;
    names.set(label, [...new Set(codes)].map((code) => String.fromCharCode(code)).join('/'));
  }
  return names.size === 0 ? null : names;
}

function partOf(pair: CheckedPair, isTransposed: boolean): ArrayPart {
  const [height, width] = isTransposed ? [pair.columns, pair.rows] : [pair.rows, pair.columns];
  return {
    title: basename(pair.images),
    split: pair.split,
    shape: { height, width, channels: 1 },
    labels: pair.labelValues,
    read: (signal) => readPixels(pair, isTransposed, signal),
  };
}

async function checkPair(pair: IdxPair, signal: AbortSignal): Promise<CheckedPair> {
  const images = await openIdx(pair.images, 'images');
  await images.close();
  const [count = 0, rows = 0, columns = 0] = images.header.dimensions;
  const labels = await openIdx(pair.labels, 'labels');
  try {
    const [labelled = 0] = labels.header.dimensions;
    if (labelled !== count) {
      throw new DenseLabError(
        'idx-mismatch',
        `${basename(pair.labels)} says ${spelled(labelled)} labels, but ${basename(pair.images)} says ${spelled(count)} images.`,
        'Take both files from the same source.',
      );
    }
    return { ...pair, count, rows, columns, ...(await readLabels(pair.labels, labels, signal)) };
  } finally {
    await labels.close();
  }
}

async function readLabels(
  path: string,
  stream: IdxStream,
  signal: AbortSignal,
): Promise<Pick<CheckedPair, 'labelValues' | 'labelsHash'>> {
  const hash = createHash('sha256').update(headerBytes(stream.header));
  const chunks: Uint8Array[] = [];
  for (let done = 0; done < stream.header.payload;) {
    throwIfCancelled(signal);
    const bytes = await stream.read(Math.min(BATCH_BYTES, stream.header.payload - done));
    if (bytes.length === 0) throw endsEarly(path, 'labels', stream.header, done);
    chunks.push(bytes);
    hash.update(bytes);
    done += bytes.length;
  }
  await stream.expectEnd();
  return { labelValues: Int32Array.from(Buffer.concat(chunks)), labelsHash: hash.digest('hex') };
}

/** The header of a label file, as it is hashed with it. */
function headerBytes(header: IdxHeader): Uint8Array {
  const bytes = Buffer.from([0, 0, 8, 1, 0, 0, 0, 0]);
  bytes.writeUInt32BE(header.payload, 4);
  return bytes;
}

/** Every split must have the size and the classes of train. */
function checkAgreement(train: CheckedPair, other: CheckedPair): void {
  if (other.rows !== train.rows || other.columns !== train.columns) {
    throw new DenseLabError(
      'idx-mismatch',
      `${basename(other.images)} holds images of ${other.rows} x ${other.columns}, but ${basename(train.images)} of ${train.rows} x ${train.columns}.`,
      'Take all files from the same source.',
    );
  }
  const used = new Set(train.labelValues);
  if (used.size < 2) {
    throw new DenseLabError(
      'dataset-single-class',
      `${basename(train.labels)} has only one class.`,
      'A network needs at least two classes to tell apart.',
    );
  }
  const unknown = other.labelValues.find((label) => !used.has(label));
  if (unknown !== undefined) {
    throw new DenseLabError(
      'idx-mismatch',
      `${basename(other.labels)} has the label ${unknown}, which no image of ${basename(train.labels)} has.`,
      'Take all files from the same source.',
    );
  }
}

/** Known by its content, or by its folder when the labels have its ten classes. */
function isFashion(train: CheckedPair, directory: string): boolean {
  if (train.labelsHash === FASHION_LABELS) return true;
  const classes = new Set(train.labelValues);
  return /fashion[-_ ]?mnist/i.test(basename(directory)) && classes.size === 10 && Math.max(...classes) === 9;
}

async function* readPixels(pair: CheckedPair, isTransposed: boolean, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const imageBytes = pair.rows * pair.columns;
  const perBatch = Math.max(1, Math.floor(BATCH_BYTES / imageBytes));
  const images = await openIdx(pair.images, 'images');
  try {
    for (let done = 0; done < pair.count;) {
      throwIfCancelled(signal);
      const wanted = Math.min(perBatch, pair.count - done);
      const pixels = await images.read(wanted * imageBytes);
      if (pixels.length < wanted * imageBytes) {
        throw endsEarly(pair.images, 'images', images.header, done * imageBytes + pixels.length);
      }
      yield isTransposed ? transposeAll(pixels, pair.rows, pair.columns) : pixels;
      done += wanted;
    }
    await images.expectEnd();
  } finally {
    await images.close();
  }
}

function transposeAll(pixels: Uint8Array, rows: number, columns: number): Uint8Array {
  const transposed = new Uint8Array(pixels.length);
  const bytes = rows * columns;
  for (let image = 0; image < pixels.length; image += bytes) {
    let to = image;
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) transposed[to++] = pixels[image + row * columns + column] ?? 0;
    }
  }
  return transposed;
}
