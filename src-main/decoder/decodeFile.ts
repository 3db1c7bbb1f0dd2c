/** From a file to the pixels that are stored: read, check, decode, flatten, resize, turn. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { DecodeOutcome, DecodeRequest } from '../datasets/decoding.ts';
import { readImageHeader } from '../datasets/formats/imageHeader.ts';
import type { ImageHeader } from '../datasets/formats/imageHeader.ts';
import type { Raster } from '../datasets/resample.ts';
import { fitSquare } from '../datasets/resample.ts';
import { DenseLabError } from '../contract/errors.ts';
import { decodeImage } from '../tensorflow/images.ts';
import { checkJpeg } from './jpegCheck.ts';
import { makeUpright } from './orientation.ts';
import { checkPng } from './pngCheck.ts';
import { ImageProblem } from './problem.ts';

/** A file that became a link or a pipe since it was listed does no harm, where these flags exist. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const CHANGED = new ImageProblem('Changed while it was imported', 'Import it again when nothing writes to it');

/**
 * Decodes one file.
 * @returns pixels, or what is wrong with the file
 * @throws only when decoding as such is impossible: DenseLabError of the runtime.
 */
export async function decodeFile(request: DecodeRequest): Promise<DecodeOutcome> {
  try {
    return { ok: true, pixels: await convert(request, readWhole(request)) };
  } catch (error) {
    if (error instanceof DenseLabError) throw error;
    const { reason, remedy } = describe(error, request.kind);
    return { ok: false, reason, remedy };
  }
}

function readWhole({ path, bytes, modifiedMs }: DecodeRequest): Uint8Array {
  const file = openSync(path, OPEN_FLAGS);
  try {
    const entry = fstatSync(file);
    if (!entry.isFile() || entry.size !== bytes || entry.mtimeMs !== modifiedMs) throw CHANGED;
    const content = new Uint8Array(bytes);
    for (let done = 0; done < bytes;) {
      const read = readSync(file, content, done, bytes - done, done);
      if (read === 0) throw CHANGED;
      done += read;
    }
    return content;
  } finally {
    closeSync(file);
  }
}

async function convert(request: DecodeRequest, bytes: Uint8Array): Promise<Uint8Array> {
  // Read again from these very bytes: the size limit must hold for what is decoded, not for what was scanned.
  const outcome = await readImageHeader((position, length) =>
    Promise.resolve(bytes.subarray(position, position + length)),
  );
  if (!outcome.ok) throw new ImageProblem(outcome.reason, outcome.remedy);
  if (outcome.header.kind !== request.kind) throw CHANGED;
  const image = decode(outcome.header, bytes, request);
  return fit(image, request);
}

function decode(header: ImageHeader, bytes: Uint8Array, { kind, height, width, channels }: DecodeRequest): Raster {
  if (kind === 'png') {
    const { hasAlpha } = checkPng(bytes);
    const image = decodeImage(bytes, { kind, channels: hasAlpha ? 4 : channels, ratio: 1 });
    return hasAlpha ? flatten(image, channels) : image;
  }
  checkJpeg(bytes);
  return decodeImage(bytes, { kind, channels, ratio: ratioFor(header, Math.max(height, width)) });
}

/** The smallest decoding that still leaves twice the wanted size to the antialiasing filter. */
function ratioFor({ height, width }: ImageHeader, edge: number): 1 | 2 | 4 | 8 {
  const shorter = Math.min(height, width);
  for (const ratio of [8, 4, 2] as const) if (shorter / ratio >= 2 * edge) return ratio;
  return 1;
}

/** Lays RGB and alpha over white; grey images have three equal channels here. */
function flatten({ height, width, pixels }: Raster, channels: 1 | 3): Raster {
  const flat = new Uint8Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const alpha = pixels[pixel * 4 + 3] ?? 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = pixels[pixel * 4 + channel] ?? 0;
      flat[pixel * channels + channel] = Math.floor((value * alpha + 255 * (255 - alpha)) / 255 + 0.5);
    }
  }
  return { height, width, channels, pixels: flat };
}

/** Stored images are square, unless all images of the source have the size of the target already. */
function fit(image: Raster, { height, width, orientation }: DecodeRequest): Uint8Array {
  if (height === width) {
    const pixels = fitSquare(image, height);
    return makeUpright({ height, width, channels: image.channels, pixels }, orientation).pixels;
  }
  const upright = makeUpright(image, orientation);
  if (upright.height !== height || upright.width !== width) throw CHANGED;
  return upright.pixels;
}

function describe(error: unknown, kind: 'png' | 'jpeg'): { reason: string; remedy: string } {
  if (error instanceof ImageProblem) return { reason: error.message, remedy: error.remedy };
  if (error instanceof Error && 'code' in error) {
    return { reason: `Cannot be read (${String(error.code)})`, remedy: 'Check the file and its permissions' };
  }
  // The frame is whole, so it is the compressed data inside that makes no sense.
  return { reason: `Corrupt ${kind.toUpperCase()}: its data cannot be decoded`, remedy: 'Copy or export it again' };
}
