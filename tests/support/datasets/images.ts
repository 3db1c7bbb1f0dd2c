/** Small images for tests: fixtures with reference pixels, and PNGs made on the spot. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../../src-main/datasets/crc32.ts';

/** Size of all fixtures. */
export const FIXTURE_SIZE = { width: 40, height: 24 };

const FOLDER = join(import.meta.dirname, '../../fixtures/images');

/** Path of an image in tests/fixtures/images. */
export function fixture(name: string): string {
  return join(FOLDER, name);
}

/** Bytes of a fixture. */
export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fixture(name)));
}

/** Pixels of a fixture as ImageMagick reads it, 8-bit RGB. */
export function referencePixels(name: string): Uint8Array {
  return fixtureBytes(`${name}.rgb`);
}

/** A PNG chunk with its checksum, or a wrong one. */
export function pngChunk(type: string, data: Uint8Array, checksum?: number): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(checksum ?? crc32(body), chunk.length - 4);
  return chunk;
}

/** A PNG header chunk: 8 bits, colour type 0 (grey) or 2 (RGB). */
export function pngHeader(width: number, height: number, colourType: 0 | 2 | 4 | 6): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colourType;
  return pngChunk('IHDR', header);
}

/** First bytes of every PNG. */
export const PNG_SIGNATURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Colour type of a PNG by its channels: grey, grey and alpha, RGB, RGB and alpha. */
const COLOUR_TYPES = [undefined, 0, 4, 2, 6] as const;

/** A PNG of one value, or of given pixels (width x height x 1 or 3). */
export function encodePng(width: number, height: number, pixels: Uint8Array | number): Uint8Array {
  const content = typeof pixels === 'number' ? new Uint8Array(width * height).fill(pixels) : pixels;
  const channels = content.length / (width * height);
  const rows = Array.from({ length: height }, (_, row) =>
    Buffer.concat([Buffer.from([0]), content.subarray(row * width * channels, (row + 1) * width * channels)]),
  );
  const data = deflateSync(Buffer.concat(rows));
  return Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(width, height, COLOUR_TYPES[channels] ?? 2),
    pngChunk('IDAT', data),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

/** EXIF data that says how an image is turned, and nothing else. */
function exifOf(orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}

/** The JPEG with an EXIF segment that says how it is turned. */
export function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifOf(orientation)]);
  const segment = Buffer.from([0xff, 0xe1, 0, 0]);
  segment.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, payload, jpeg.subarray(2)]);
}

/** The PNG with an eXIf chunk, right before its end or right after its header. */
export function pngWithOrientation(png: Uint8Array, orientation: number, atEnd: boolean): Uint8Array {
  const at = atEnd ? png.length - 12 : 33;
  return Buffer.concat([png.subarray(0, at), pngChunk('eXIf', exifOf(orientation)), png.subarray(at)]);
}

/** The WebP, of one chunk, as an extended one with an EXIF chunk behind its pixels. */
export function webpWithOrientation(webp: Uint8Array, orientation: number): Uint8Array {
  const extended = Buffer.alloc(18);
  extended.write('VP8X', 0, 'latin1');
  extended.writeUInt32LE(10, 4);
  extended[8] = 0x08;
  extended.writeUIntLE(FIXTURE_SIZE.width - 1, 12, 3);
  extended.writeUIntLE(FIXTURE_SIZE.height - 1, 15, 3);
  const exif = exifOf(orientation);
  const head = Buffer.from('EXIF\0\0\0\0', 'latin1');
  head.writeUInt32LE(exif.length, 4);
  const chunks = Buffer.concat([extended, webp.subarray(12), head, exif]);
  const riff = Buffer.from(webp.subarray(0, 12));
  riff.writeUInt32LE(chunks.length + 4, 4);
  return Buffer.concat([riff, chunks]);
}
