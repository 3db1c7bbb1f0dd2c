/** From a file to the pixels that are stored: read, check, decode, flatten, resize, turn. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { DecodeOutcome, DecodeRequest } from '../datasets/decoding.ts';
import { readImageHeader } from '../datasets/formats/imageHeader.ts';
import type { ImageHeader, ImageKind } from '../datasets/formats/headerOutcome.ts';
import { IMAGE_KIND_WORDS } from '../datasets/formats/headerOutcome.ts';
import type { Raster } from '../datasets/resample.ts';
import { fitImage, scaleInside } from '../datasets/resample.ts';
import { changeChannels, convertImage, layOver } from '../datasets/convert.ts';
import { assertNever, DenseLabError } from '../contract/errors.ts';
import { decodeJpeg } from '../tensorflow/images.ts';
import { readGif } from './gifFrame.ts';
import { checkJpeg } from './jpegCheck.ts';
import { makeUpright } from './orientation.ts';
import { checkPng } from './pngCheck.ts';
import { ImageProblem } from './problem.ts';
import { checkBmp, checkWebp } from './rasterCheck.ts';
import { decodeRaster } from './rasterLibrary.ts';

/** A file that became a link or a pipe since it was listed does no harm, where these flags exist. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** Where a PNG says its bits per channel. */
const PNG_DEPTH = 24;
const CHANGED = new ImageProblem('Changed while it was imported', 'Try again when nothing writes to it');

/** Loads TensorFlow where that has not happened: JPEGs that the addon declines need it, and it takes a second and 400 MB. */
export type LoadTensorFlow = () => Promise<void>;

/**
 * Decodes one file.
 * @returns pixels, or what is wrong with the file
 * @throws only when decoding as such is impossible: DenseLabError of the runtime.
 */
export async function decodeFile(request: DecodeRequest, loadTensorFlow: LoadTensorFlow): Promise<DecodeOutcome> {
  try {
    return { ok: true, pixels: await convert(request, readWhole(request), loadTensorFlow) };
  } catch (error) {
    if (error instanceof DenseLabError) throw error;
    const { reason, remedy } = describe(error, request.kind);
    return { ok: false, reason, remedy };
  }
}

function readWhole({ path, bytes, modifiedMs, content }: DecodeRequest): Uint8Array {
  if (content !== undefined) return content;
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

async function convert(request: DecodeRequest, bytes: Uint8Array, loadTensorFlow: LoadTensorFlow): Promise<Uint8Array> {
  // Read again from these very bytes: the size limit must hold for what is decoded, not for what was scanned.
  const outcome = await readImageHeader((position, length) =>
    Promise.resolve(bytes.subarray(position, position + length)),
  );
  if (!outcome.ok) throw new ImageProblem(outcome.reason, outcome.remedy);
  if (outcome.header.kind !== request.kind) throw CHANGED;
  const { header } = outcome;
  const image =
    header.kind === 'jpeg'
      ? await decodeAnyJpeg(header, bytes, request, loadTensorFlow)
      : decode({ ...header, kind: header.kind }, bytes, request);
  return fit(image, request);
}

/** libjpeg fills up what is missing, so that is looked for first. */
async function decodeAnyJpeg(
  header: ImageHeader,
  bytes: Uint8Array,
  request: DecodeRequest,
  loadTensorFlow: LoadTensorFlow,
): Promise<Raster> {
  checkJpeg(bytes);
  await loadTensorFlow();
  return decodeJpeg(bytes, header.channels, ratioFor(header, Math.max(request.height, request.width)));
}

function decode(
  header: ImageHeader & { readonly kind: Exclude<ImageKind, 'jpeg'> },
  bytes: Uint8Array,
  request: DecodeRequest,
): Raster {
  const { kind } = header;
  switch (kind) {
    case 'png':
      checkPng(bytes);
      return flatten(decodeRaster(bytes, header, bytes[PNG_DEPTH] === 16 ? 16 : 8), request);
    case 'webp':
      checkWebp(bytes);
      return flatten(decodeRaster(bytes, header, 8), request);
    case 'bmp':
      checkBmp(bytes);
      return flatten(greyed(decodeRaster(bytes, header, 8), header), request);
    case 'gif':
      return flatten(readGif(bytes), request);
    default:
      return assertNever(kind);
  }
}

/** The library gives colours also for grey palettes. */
function greyed(image: Raster, { channels }: ImageHeader): Raster {
  return channels === 1 ? changeChannels(image, 1) : image;
}

/** The smallest decoding that still leaves twice the wanted size to the antialiasing filter. */
function ratioFor({ height, width }: ImageHeader, edge: number): 1 | 2 | 4 | 8 {
  const shorter = Math.min(height, width);
  for (const ratio of [8, 4, 2] as const) if (shorter / ratio >= 2 * edge) return ratio;
  return 1;
}

/** Lays an image with alpha over the background; any other is returned as it is. */
function flatten(image: Raster, { channels: wanted, background }: DecodeRequest): Raster {
  const { height, width, pixels } = image;
  if (image.channels === 1 || image.channels === 3) return image;
  const alphaAt = image.channels - 1;
  // Grey over a coloured background becomes colour.
  const channels = wanted === 3 ? 3 : alphaAt;
  const below = Array.from({ length: channels }, (_, channel) => background[wanted === 1 ? 0 : channel] ?? 0);
  return { height, width, channels, pixels: layOver(pixels, alphaAt, below) };
}

/** Scaled as it lies, turned when it is small, and only then filled up: a turn moves nothing by half a pixel. */
function fit(image: Raster, request: DecodeRequest): Uint8Array {
  const { height, width, orientation } = request;
  const swaps = orientation >= 5;
  const lying = { ...request, height: swaps ? width : height, width: swaps ? height : width };
  const scaled = request.fit === 'pad' ? scaleInside(image, lying) : fitImage(image, lying);
  return convertImage(makeUpright(scaled, orientation), request);
}

function describe(error: unknown, kind: ImageKind): { reason: string; remedy: string } {
  if (error instanceof ImageProblem) return { reason: error.message, remedy: error.remedy };
  if (error instanceof Error && 'code' in error) {
    return { reason: `Cannot be read (${String(error.code)})`, remedy: 'Check the file and its permissions' };
  }
  // The frame is whole, so it is the compressed data inside that makes no sense.
  return { reason: `Corrupt ${IMAGE_KIND_WORDS[kind]}: its data cannot be decoded`, remedy: 'Copy or export it again' };
}
