/** Reads a set of IDX files, as MNIST and Fashion-MNIST are published. */

import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { Split } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { Target } from '../convert.ts';
import { conversionSentence, convertImages, targetOf } from '../convert.ts';
import type { IdxHeader } from './idxFile.ts';
import { endsEarly, headerError, openIdx } from './idxFile.ts';
import type { IdxPair } from './idxSet.ts';
import { findPairs } from './idxSet.ts';
import type { ImageBatch, PreparedSource, PrepareOptions } from './source.ts';
import { sameSizes, spelled, throwIfCancelled } from './source.ts';

/** Pixels of one batch, in bytes. */
const BATCH_BYTES = 1 << 20;
/** Largest stored edge. */
const LARGEST_EDGE = 512;

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
  readonly images: string;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** How often each label occurs. */
  readonly perLabel: readonly number[];
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
  if (train === undefined) throw new Error('findPairs yields at least train and test');
  for (const pair of pairs) checkAgreement(train, pair);
  const { rows, columns } = train;
  const { conversion } = options;
  if (conversion.size === null && Math.max(rows, columns) > LARGEST_EDGE) {
    throw headerError(
      train.images,
      `holds images of ${rows} x ${columns}, and DenseLab stores at most 512 x 512: choose a size`,
    );
  }
  const target = targetOf({ height: rows, width: columns, channels: 1 }, conversion);
  const kept = target.height === rows && target.width === columns;
  const directory = dirname(train.images);
  const fashion = isFashion(train, directory);
  return {
    format: 'idx',
    source: directory,
    suggestedName: fashion ? 'fashion-mnist' : basename(directory) || 'idx',
    height: target.height,
    width: target.width,
    channels: target.channels,
    classNames: fashion ? FASHION_CLASSES : train.perLabel.map((_, label) => String(label)),
    conversion:
      kept && target.channels === 1
        ? 'Kept as they are, one grey channel.'
        : conversionSentence(target, kept, conversion.background),
    splitSeed: null,
    splits: {
      train: 0,
      validation: 0,
      test: 0,
      ...Object.fromEntries(pairs.map(({ split, count }) => [split, count])),
    },
    total: pairs.reduce((sum, pair) => sum + pair.count, 0),
    skipped: [],
    batches: (signal) => readBatches(pairs, target, signal),
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
    const counted = await countLabels(pair.labels, labels, signal);
    return { ...pair, count, rows, columns, ...counted };
  } finally {
    await labels.close();
  }
}

type Stream = Awaited<ReturnType<typeof openIdx>>;

async function countLabels(
  path: string,
  stream: Stream,
  signal: AbortSignal,
): Promise<{ perLabel: number[]; labelsHash: string }> {
  const hash = createHash('sha256').update(headerBytes(stream.header));
  const counts = new Array<number>(256).fill(0);
  for (let done = 0; done < stream.header.payload;) {
    throwIfCancelled(signal);
    const bytes = await stream.read(Math.min(BATCH_BYTES, stream.header.payload - done));
    if (bytes.length === 0) throw endsEarly(path, 'labels', stream.header, done);
    for (const label of bytes) counts[label] = (counts[label] ?? 0) + 1;
    hash.update(bytes);
    done += bytes.length;
  }
  await stream.expectEnd();
  const classes = counts.reduce((last, times, label) => (times > 0 ? label + 1 : last), 0);
  return { perLabel: counts.slice(0, classes), labelsHash: hash.digest('hex') };
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
  if (train.perLabel.filter((times) => times > 0).length < 2) {
    throw new DenseLabError(
      'dataset-single-class',
      `${basename(train.labels)} has only one class.`,
      'A network needs at least two classes to tell apart.',
    );
  }
  const unknown = other.perLabel.findIndex((times, label) => times > 0 && (train.perLabel[label] ?? 0) === 0);
  if (unknown >= 0) {
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
  return /fashion[-_ ]?mnist/i.test(basename(directory)) && train.perLabel.length === FASHION_CLASSES.length;
}

async function* readBatches(
  pairs: readonly CheckedPair[],
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<ImageBatch> {
  for (const pair of pairs) yield* readPair(pair, target, signal);
}

async function* readPair(pair: CheckedPair, target: Target, signal: AbortSignal): AsyncGenerator<ImageBatch> {
  const imageBytes = pair.rows * pair.columns;
  const perBatch = Math.max(1, Math.floor(BATCH_BYTES / imageBytes));
  const images = await openIdx(pair.images, 'images');
  const labels = await openIdx(pair.labels, 'labels');
  try {
    for (let done = 0; done < pair.count;) {
      throwIfCancelled(signal);
      const wanted = Math.min(perBatch, pair.count - done);
      const pixels = await images.read(wanted * imageBytes);
      if (pixels.length < wanted * imageBytes) {
        throw endsEarly(pair.images, 'images', images.header, done * imageBytes + pixels.length);
      }
      const batchLabels = await labels.read(wanted);
      if (batchLabels.length < wanted) throw endsEarly(pair.labels, 'labels', labels.header, done + batchLabels.length);
      yield batchOf(pair.split, pair, target, pixels, batchLabels);
      done += wanted;
    }
    await images.expectEnd();
  } finally {
    await Promise.all([images.close(), labels.close()]);
  }
}

function batchOf(
  split: Split,
  { rows, columns }: CheckedPair,
  target: Target,
  pixels: Uint8Array,
  labels: Uint8Array,
): ImageBatch {
  const stored = convertImages(pixels, { height: rows, width: columns, channels: 1 }, target);
  const sourceSizes = sameSizes(labels.length, rows, columns);
  return { split, labels: Uint16Array.from(labels), pixels: stored, origins: null, sourceSizes, skipped: [] };
}
