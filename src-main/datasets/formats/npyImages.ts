/**
 * Images of NumPy arrays as uint8 NHWC: from the shapes NHW, NHWC, NCHW and N x (edge x edge), from bytes, integers of 0 to 255,
 * floats of 0 to 255 or of 0 to 1 and 16-bit values, in C and in Fortran order.
 */

import type { SourceShape } from '../convert.ts';
import { layOver } from '../convert.ts';
import { records, unsupportedFile } from './byteStream.ts';
import { interleavePlanes } from './cifar.ts';
import type { NamedArray } from './npyFile.ts';
import { numberReader } from './npyNumbers.ts';
import { spelled, throwIfCancelled } from './source.ts';

/** Bytes that one pass over an array in Fortran order gathers. */
const GATHERED_BYTES = 64 << 20;

/** How the elements of one image lie. */
export interface ImageLayout {
  /** Without alpha. */
  readonly shape: SourceShape;
  readonly isPlanar: boolean;
  /** Whether a fourth channel says how opaque a pixel is. */
  readonly hasAlpha: boolean;
}

/** How values become bytes. */
export interface Scaling {
  readonly title: string | null;
  readonly toByte: (value: number) => number;
}

/** The layout that a shape means; null when it is not that of images. */
export function imageLayout({ header: { shape, kind } }: NamedArray): ImageLayout | null {
  const [images = 0, first = 0, second = 0, third = 0] = shape;
  if (images < 1 || kind === 'U' || kind === 'S') return null;
  if (shape.length === 2) {
    const edge = Math.round(Math.sqrt(first));
    return edge >= 8 && edge * edge === first ? grey(edge, edge) : null;
  }
  if (shape.length === 3) return Math.min(first, second) >= 2 ? grey(first, second) : null;
  if (shape.length !== 4) return null;
  if (third === 1) return grey(first, second);
  if (third === 3 || third === 4) return colour(first, second, { isPlanar: false, hasAlpha: third === 4 });
  if (first === 1) return { ...grey(second, third), isPlanar: true };
  if (first === 3 || first === 4) return colour(second, third, { isPlanar: true, hasAlpha: first === 4 });
  return null;
}

function grey(height: number, width: number): ImageLayout {
  return { shape: { height, width, channels: 1 }, isPlanar: false, hasAlpha: false };
}

function colour(height: number, width: number, layout: Omit<ImageLayout, 'shape'>): ImageLayout {
  return { shape: { height, width, channels: 3 }, ...layout };
}

/** Channels of an image as the array has them. */
function channelsOf({ shape, hasAlpha }: ImageLayout): number {
  return shape.channels + (hasAlpha ? 1 : 0);
}

/**
 * Looks at every value of an array to learn what its numbers mean.
 * @throws DenseLabError `source-unsupported` for values that are no brightness.
 */
export async function findScaling(array: NamedArray, signal: AbortSignal): Promise<Scaling> {
  const { header, title } = array;
  if (header.kind === 'b') return { title: null, toByte: (value) => value * 255 };
  if (header.kind === 'u' && header.bytes === 1) return { title: null, toByte: (value) => value };
  const { least, most, isWhole } = await findRange(array, signal);
  if (least < 0 || !(most <= (header.kind === 'f' ? 255 : 65_535))) {
    throw unsupportedFile(
      title,
      `holds values from ${spelled(least)} to ${spelled(most)}, where images have 0 to 255 or 0 to 1`,
      'Save the images as uint8, before any normalisation.',
    );
  }
  if (header.kind !== 'f') {
    if (most <= 255) return { title: null, toByte: (value) => value };
    return { title: 'Of 16 bits the upper 8 are kept.', toByte: (value) => value >> 8 };
  }
  if (most <= 1)
    return {
      title: 'Values of 0 to 1 were multiplied by 255 and rounded.',
      toByte: (value) => Math.round(value * 255),
    };
  return { title: isWhole ? null : 'Values of 0 to 255 were rounded.', toByte: Math.round };
}

async function findRange(
  { header, open, title }: NamedArray,
  signal: AbortSignal,
): Promise<{ least: number; most: number; isWhole: boolean }> {
  const read = numberReader(header);
  const range = { least: Infinity, most: -Infinity, isWhole: true };
  const stream = await open();
  let first = 0;
  try {
    const count = header.payload / header.bytes;
    for await (const bytes of records(stream, { path: title, size: header.bytes, count }, signal)) {
      const values = read(bytes);
      for (let index = 0; index < values.length; index++) {
        const value = values[index] ?? 0;
        if (Number.isNaN(value))
          throw unsupportedFile(title, `holds NaN at element ${spelled(first + index)}`, 'Save the images as uint8.');
        if (value < range.least) range.least = value;
        if (value > range.most) range.most = value;
        if (!Number.isInteger(value)) range.isWhole = false;
      }
      first += values.length;
    }
  } finally {
    await stream.close();
  }
  return range;
}

/**
 * All images in file order, uint8 NHWC, about 1 MB at a time (Fortran order: 64 MB).
 * @param background what lies below transparent pixels, three values
 */
export async function* readImages(
  array: NamedArray,
  layout: ImageLayout,
  scaling: Scaling,
  background: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { isFortran } = array.header;
  const stored = isFortran
    ? gatherImages(array, layout, scaling, signal)
    : streamImages(array, layout, scaling, signal);
  for await (const images of stored) yield layout.hasAlpha ? layOver(images, 3, background) : images;
}

function byteReader({ header }: NamedArray, { toByte }: Scaling): (bytes: Uint8Array) => Uint8Array {
  if (header.kind === 'u' && header.bytes === 1) return (bytes) => bytes;
  const read = numberReader(header);
  return (bytes) => {
    const values = read(bytes);
    const stored = new Uint8Array(values.length);
    for (let index = 0; index < values.length; index++) stored[index] = toByte(values[index] ?? 0);
    return stored;
  };
}

async function* streamImages(
  array: NamedArray,
  layout: ImageLayout,
  scaling: Scaling,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { header, title } = array;
  const { height, width } = layout.shape;
  const channels = channelsOf(layout);
  const toBytes = byteReader(array, scaling);
  const stream = await array.open();
  try {
    const size = height * width * channels * header.bytes;
    for await (const bytes of records(stream, { path: title, size, count: header.shape[0] ?? 0 }, signal)) {
      const values = toBytes(bytes);
      yield layout.isPlanar && channels > 1 ? interleavePlanes(values, height * width, channels) : values;
    }
  } finally {
    await stream.close();
  }
}

/** In Fortran order the images lie one pixel apart: passes over the whole array gather some images each. */
async function* gatherImages(
  array: NamedArray,
  layout: ImageLayout,
  scaling: Scaling,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { height, width } = layout.shape;
  const count = array.header.shape[0] ?? 0;
  const size = height * width * channelsOf(layout);
  const perPass = Math.max(1, Math.floor(GATHERED_BYTES / size));
  for (let first = 0; first < count; first += perPass) {
    const last = Math.min(count, first + perPass);
    yield await gatherSome(array, layout, scaling, { first, last, size }, signal);
  }
}

async function gatherSome(
  array: NamedArray,
  layout: ImageLayout,
  scaling: Scaling,
  { first, last, size }: { first: number; last: number; size: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { header, title } = array;
  const count = header.shape[0] ?? 0;
  const toBytes = byteReader(array, scaling);
  const places = placesOf(array, layout);
  const gathered = new Uint8Array((last - first) * size);
  const stream = await array.open();
  let element = 0;
  try {
    for await (const bytes of records(stream, { path: title, size: header.bytes, count: count * size }, signal)) {
      throwIfCancelled(signal);
      const values = toBytes(bytes);
      for (let index = 0; index < values.length;) {
        const image = element % count;
        const run = Math.min(values.length - index, count - image);
        const place = places[Math.floor(element / count)] ?? 0;
        const end = Math.min(image + run, last);
        for (let at = Math.max(image, first); at < end; at++) {
          gathered[(at - first) * size + place] = values[index + at - image] ?? 0;
        }
        index += run;
        element += run;
      }
    }
  } finally {
    await stream.close();
  }
  return gathered;
}

/** For each element of an image in Fortran order, its place in HWC order. */
function placesOf({ header: { shape } }: NamedArray, layout: ImageLayout): Uint32Array {
  const { height, width } = layout.shape;
  const channels = channelsOf(layout);
  const places = new Uint32Array(height * width * channels);
  const [, first = 1, second = 1] = shape;
  places.forEach((_, element) => {
    if (shape.length === 2) {
      places[element] = element;
      return;
    }
    const one = element % first;
    const two = Math.floor(element / first) % second;
    const three = Math.floor(element / (first * second));
    const [row, column, channel] = layout.isPlanar ? [two, three, one] : [one, two, three];
    places[element] = (row * width + column) * channels + channel;
  });
  return places;
}
