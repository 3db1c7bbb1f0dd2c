/** What all array formats share: images of one shape in file order, with labels, become a source in stored order. */

import type { DatasetFormat, Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { SourceShape, Target } from '../convert.ts';
import { conversionSentence, convertImages, targetOf } from '../convert.ts';
import { drawForTest } from './folderSplit.ts';
import type { ImageBatch, PreparedSource, PrepareOptions } from './source.ts';
import { sameSizes, spelled, throwIfCancelled } from './source.ts';

/** Largest stored edge. */
const LARGEST_EDGE = 512;
/** Bytes that are converted without a pause. */
const BATCH_BYTES = 1 << 20;
const RESIZED_BYTES = 1 << 18;
/** Most images of a source: their labels are held in memory. */
export const MOST_IMAGES = 20_000_000;

/** Images of one file, or of one part of it, in file order. */
export interface ArrayPart {
  /** What a sentence calls it: the file's name. */
  readonly title: string;
  /** Null where the source does not say; then a share of each class is drawn for testing. */
  readonly split: Split | null;
  readonly shape: SourceShape;
  /** Label of each image, as the file has it. */
  readonly labels: Int32Array;
  /** Whole images, uint8 NHWC, in file order, any number at a time. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** An array format's own part of a `PreparedSource`. */
export interface ArraySource {
  readonly format: DatasetFormat;
  readonly source: string;
  readonly suggestedName: string;
  /** Names by label, where the source has them; every name becomes a class, with images or without. */
  readonly names: ReadonlyMap<number, string> | null;
  readonly parts: readonly ArrayPart[];
  /** What reading did to the pixels, as a sentence, when it did anything. */
  readonly reading?: string;
}

/** One part, each image with its split (a position in `SPLITS`) and class. */
interface PlacedPart extends ArrayPart {
  readonly splits: Uint8Array;
  readonly classes: Uint16Array;
}

/**
 * Plans the dataset.
 * @throws DenseLabError `source-damaged`, `source-unsupported` or `dataset-single-class`.
 */
export function prepareArrays(source: ArraySource, options: PrepareOptions): PreparedSource {
  const shape = commonShape(source.parts);
  const { conversion } = options;
  if (conversion.size === null && Math.max(shape.height, shape.width) > LARGEST_EDGE) {
    throw new DenseLabError(
      'source-unsupported',
      `${source.source} holds images of ${spelled(shape.height)} x ${spelled(shape.width)}, and DenseLab stores at most 512 x 512.`,
      'Choose a size of at most 512 pixels.',
    );
  }
  const target = targetOf(shape, conversion);
  const classes = classesOf(source);
  const { parts, isDrawn } = placeParts(source.parts, classes, options.splitSeed);
  const kept = target.height === shape.height && target.width === shape.width;
  const sentence = conversionSentence(target, kept, conversion.background);
  return {
    format: source.format,
    source: source.source,
    suggestedName: source.suggestedName,
    height: target.height,
    width: target.width,
    channels: target.channels,
    classNames: [...classes.values()].map(({ name }) => name),
    conversion: source.reading === undefined ? sentence : `${source.reading} ${sentence}`,
    splitSeed: isDrawn ? options.splitSeed : null,
    splits: countSplits(parts),
    total: parts.reduce((sum, { labels }) => sum + labels.length, 0),
    skipped: [],
    batches: (signal) => readBatches(parts, target, signal),
  };
}

function commonShape(parts: readonly ArrayPart[]): SourceShape {
  const [first] = parts;
  if (first === undefined) throw new Error('an array format yielded no part');
  for (const { title, shape } of parts) {
    if (describe(shape) === describe(first.shape)) continue;
    throw new DenseLabError(
      'source-damaged',
      `${title} holds images of ${describe(shape)}, but ${first.title} of ${describe(first.shape)}.`,
      'Take all files from the same source.',
    );
  }
  return first.shape;
}

function describe({ height, width, channels }: SourceShape): string {
  return `${height} x ${width} x ${channels}`;
}

type Classes = ReadonlyMap<number, { readonly index: number; readonly name: string }>;

/** Named labels, or those that occur in a part that is not held out; ascending. */
function classesOf({ parts, names }: ArraySource): Classes {
  const trained = parts.filter(({ split }) => split === 'train' || split === null);
  const used = new Set<number>();
  for (const { labels } of trained) for (const label of labels) used.add(label);
  const [only] = used;
  if (used.size < 2) {
    throw new DenseLabError(
      'dataset-single-class',
      `${trained.map(({ title }) => title).join(', ')} has only one class: ${String(only ?? 'none')}.`,
      'A network needs at least two classes to tell apart.',
    );
  }
  const all = [...new Set([...(names?.keys() ?? []), ...used])].sort((one, other) => one - other);
  if (all.length > 65_536) {
    throw new DenseLabError(
      'source-unsupported',
      `${parts[0]?.title ?? ''} has ${spelled(all.length)} different labels, and DenseLab knows at most 65,536 classes.`,
      'Check that these are the labels.',
    );
  }
  const unique = uniqueNames(all.map((label) => names?.get(label) ?? String(label)));
  return new Map(all.map((label, index) => [label, { index, name: unique[index] ?? '' }]));
}

/** Names as classes have them: those that come again are numbered, as the second "crane" of ImageNet. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Map<string, number>();
  return names.map((name) => {
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

function placeParts(
  parts: readonly ArrayPart[],
  classes: Classes,
  seed: number,
): { parts: readonly PlacedPart[]; isDrawn: boolean } {
  const isDrawn = parts.every(({ split }) => split === null || split === 'train');
  const placed = parts.map((part): PlacedPart => {
    const index = Uint16Array.from(part.labels, (label) => classes.get(label)?.index ?? refuseLabel(part, label));
    const split = SPLITS.indexOf(part.split ?? 'train');
    return { ...part, classes: index, splits: new Uint8Array(part.labels.length).fill(split) };
  });
  if (isDrawn) drawTest(placed, classes.size, seed);
  return { parts: placed, isDrawn };
}

function refuseLabel({ title, labels }: ArrayPart, label: number): never {
  throw new DenseLabError(
    'source-damaged',
    `Image ${spelled(labels.indexOf(label))} of ${title} has the label ${label}, which no training image has.`,
    'Take all files from the same source.',
  );
}

/** A share of each class, over all parts, goes to the test split. */
function drawTest(parts: readonly PlacedPart[], classes: number, seed: number): void {
  const counts = new Array<number>(classes).fill(0);
  for (const part of parts) for (const label of part.classes) counts[label] = (counts[label] ?? 0) + 1;
  const drawn = counts.map((count, label) => drawForTest(count, seed, label));
  const seen = new Array<number>(classes).fill(0);
  const test = SPLITS.indexOf('test');
  for (const part of parts) {
    part.classes.forEach((label, index) => {
      const place = seen[label] ?? 0;
      seen[label] = place + 1;
      if (drawn[label]?.has(place) === true) part.splits[index] = test;
    });
  }
}

function countSplits(parts: readonly PlacedPart[]): Record<Split, number> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const { splits } of parts) for (const split of splits) counts[SPLITS[split] ?? 'train']++;
  return counts;
}

/** Files whose images go to several splits are read once for each. */
async function* readBatches(
  parts: readonly PlacedPart[],
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<ImageBatch> {
  for (const split of SPLITS) {
    for (const part of parts) yield* readPart(part, split, target, signal);
  }
}

async function* readPart(
  part: PlacedPart,
  split: Split,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<ImageBatch> {
  const { shape, splits, classes } = part;
  const wanted = SPLITS.indexOf(split);
  if (!splits.includes(wanted)) return;
  const bytes = shape.height * shape.width * shape.channels;
  const stored = target.height * target.width * target.channels;
  const isKept = convertsNothing(shape, target);
  const perBatch = Math.max(1, Math.floor(isKept ? BATCH_BYTES / bytes : RESIZED_BYTES / Math.max(bytes, stored)));
  let first = 0;
  for await (const chunk of part.read(signal)) {
    const count = chunk.length / bytes;
    for (let start = 0; start < count; start += perBatch) {
      throwIfCancelled(signal);
      const end = Math.min(count, start + perBatch);
      const places = placesOf(splits, wanted, first + start, first + end);
      if (places.length === 0) continue;
      const pixels = select(chunk, bytes, places, first, first + start, first + end);
      const labels = Uint16Array.from(places, (place) => classes[place] ?? 0);
      const sourceSizes = sameSizes(places.length, shape.height, shape.width);
      yield { split, labels, pixels: convertImages(pixels, shape, target), origins: null, sourceSizes, skipped: [] };
      if (!isKept) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    first += count;
  }
}

function convertsNothing(shape: SourceShape, target: Target): boolean {
  return shape.height === target.height && shape.width === target.width && shape.channels === target.channels;
}

function placesOf(splits: Uint8Array, wanted: number, start: number, end: number): number[] {
  const places: number[] = [];
  for (let place = start; place < end; place++) if (splits[place] === wanted) places.push(place);
  return places;
}

/** The pixels of some images of a chunk, in order; no copy when all are wanted. */
function select(
  chunk: Uint8Array,
  bytes: number,
  places: readonly number[],
  first: number,
  start: number,
  end: number,
): Uint8Array {
  if (places.length === end - start) return chunk.subarray((start - first) * bytes, (end - first) * bytes);
  const pixels = new Uint8Array(places.length * bytes);
  places.forEach((place, index) => {
    pixels.set(chunk.subarray((place - first) * bytes, (place - first + 1) * bytes), index * bytes);
  });
  return pixels;
}
