/** Labels of NumPy arrays: integers, floats that are whole, text, or one of several columns set to 1. */

import { MOST_IMAGES } from './arrays.ts';
import { damagedFile, records, unsupportedFile } from './byteStream.ts';
import type { NamedArray } from './npyFile.ts';
import { numberReader, textElement } from './npyNumbers.ts';
import { spelled } from './source.ts';

/** Columns of one-hot labels. */
const MOST_COLUMNS = 65_536;
/** Different labels of text. */
const MOST_TEXTS = 65_536;

/** Labels in file order, and the names that they stand for where they were text. */
export interface NpyLabels {
  readonly labels: Int32Array;
  readonly names: ReadonlyMap<number, string> | null;
}

/** Whether an array can hold the labels of so many images, judged by its shape. */
export function isLabelShape({ header: { shape } }: NamedArray, images: number): boolean {
  const [count, columns = 1] = shape;
  return count === images && (shape.length === 1 || (shape.length === 2 && columns >= 1 && columns <= MOST_COLUMNS));
}

/**
 * Reads all labels of an array of the shape [images], [images, 1] or [images, classes].
 * @throws DenseLabError `source-damaged` or `source-unsupported`, naming array and image.
 */
export async function readLabels(array: NamedArray, signal: AbortSignal): Promise<NpyLabels> {
  const [count = 0, columns = 1] = array.header.shape;
  if (count > MOST_IMAGES) {
    throw unsupportedFile(array.title, `says that it holds ${spelled(count)} labels`, 'Split the dataset.');
  }
  if (array.header.kind === 'U' || array.header.kind === 'S') return readTexts(array, signal);
  if (columns === 1) return { labels: await readNumbers(array, count, signal), names: null };
  return { labels: await readOneHot(array, count, columns, signal), names: null };
}

/** Calls `take` with every value and its place in the file. */
async function forEachValue(
  array: NamedArray,
  take: (value: number, at: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { header, title } = array;
  const count = header.payload / header.bytes;
  const read = numberReader(header);
  const stream = await array.open();
  let first = 0;
  try {
    for await (const bytes of records(stream, { path: title, size: header.bytes, count }, signal)) {
      const values = read(bytes);
      for (let index = 0; index < values.length; index++) take(values[index] ?? 0, first + index);
      first += values.length;
    }
  } finally {
    await stream.close();
  }
}

async function readNumbers(array: NamedArray, count: number, signal: AbortSignal): Promise<Int32Array> {
  const labels = new Int32Array(count);
  const take = (value: number, image: number): void => {
    if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
      throw damagedFile(
        array.title,
        `has the label ${value} for image ${spelled(image)}, where labels are whole numbers from 0`,
      );
    }
    labels[image] = value;
  };
  await forEachValue(array, take, signal);
  return labels;
}

async function readOneHot(array: NamedArray, count: number, columns: number, signal: AbortSignal): Promise<Int32Array> {
  const { title, header } = array;
  const labels = new Int32Array(count).fill(-1);
  const take = (value: number, at: number): void => {
    if (value === 0) return;
    const image = header.isFortran ? at % count : Math.floor(at / columns);
    if (value !== 1 || labels[image] !== -1) throw severalLabels(title, image);
    labels[image] = header.isFortran ? Math.floor(at / count) : at % columns;
  };
  await forEachValue(array, take, signal);
  const without = labels.indexOf(-1);
  if (without >= 0) throw severalLabels(title, without);
  return labels;
}

function severalLabels(title: string, image: number): Error {
  return unsupportedFile(
    title,
    `does not set exactly one class to 1 for image ${spelled(image)}`,
    'DenseLab learns one class for each image: save one label for each.',
  );
}

async function readTexts(array: NamedArray, signal: AbortSignal): Promise<NpyLabels> {
  const { header, title } = array;
  const count = header.payload / header.bytes;
  if (count !== header.shape[0])
    throw unsupportedFile(title, 'has several texts for each image', 'Save one label for each.');
  const numbers = new Map<string, number>();
  const labels = new Int32Array(count);
  let image = 0;
  const stream = await array.open();
  try {
    for await (const bytes of records(stream, { path: title, size: header.bytes, count }, signal)) {
      for (let at = 0; at < bytes.length; at += header.bytes) {
        const text = textElement(bytes.subarray(at, at + header.bytes), header);
        const number = numbers.get(text) ?? numbers.size;
        numbers.set(text, number);
        if (number >= MOST_TEXTS)
          throw unsupportedFile(title, 'has more than 65,536 different labels', 'Check that these are labels.');
        labels[image++] = number;
      }
    }
  } finally {
    await stream.close();
  }
  return inOrder(numbers, labels);
}

/** Classes in the order of their names, whatever the order of the images. */
function inOrder(numbers: ReadonlyMap<string, number>, labels: Int32Array): NpyLabels {
  const sorted = [...numbers].sort(([one], [other]) => (one < other ? -1 : 1));
  const places = new Map(sorted.map(([, number], place) => [number, place]));
  return {
    labels: labels.map((label) => places.get(label) ?? 0),
    names: new Map(sorted.map(([name], place) => [place, name])),
  };
}

/** All texts of an array of class names. */
export async function readTextList(array: NamedArray, signal: AbortSignal): Promise<readonly string[]> {
  const { header, title } = array;
  const texts: string[] = [];
  const stream = await array.open();
  try {
    const count = Math.min(MOST_TEXTS, header.payload / header.bytes);
    for await (const bytes of records(stream, { path: title, size: header.bytes, count }, signal)) {
      for (let at = 0; at < bytes.length; at += header.bytes) {
        texts.push(textElement(bytes.subarray(at, at + header.bytes), header));
      }
    }
  } finally {
    await stream.close();
  }
  return texts;
}
