/** How an image is turned, as EXIF says it in JPEG, PNG and WebP files. */

import type { ReadAt } from './headerOutcome.ts';

/** Chunks that are looked at before a turn is given up on: those of an image of 64 megapixels are fewer. */
const MOST_CHUNKS = 50_000;
/** Bytes of EXIF data that are read: the turn stands in its first directory. */
const MOST_BYTES = 1 << 16;
/** A WebP says in its VP8X chunk whether there is EXIF data. */
const WEBP_HAS_EXIF = 0x08;

/** The turn that a segment of EXIF data of a JPEG says, 1 to 8; undefined where it says none. */
export function segmentOrientation(segment: Buffer): number | undefined {
  return segment.toString('latin1', 0, 6) === 'Exif\0\0' ? tiffOrientation(segment.subarray(6)) : undefined;
}

/** The turn that the eXIf chunk of a PNG says (PNG specification, third edition, section 11.3.3.5); 1 without one. */
export async function pngOrientation(read: ReadAt): Promise<number> {
  let position = 8;
  for (let seen = 0; seen < MOST_CHUNKS; seen++) {
    const head = Buffer.from(await read(position, 8));
    const type = head.toString('latin1', 4, 8);
    if (head.length < 8 || type === 'IEND') return 1;
    const length = head.readUInt32BE(0);
    if (type === 'eXIf') return tiffOrientation(await readData(read, position + 8, length)) ?? 1;
    position += 12 + length;
  }
  return 1;
}

/** The turn that the EXIF chunk of a WebP says (RFC 9649, section 2.7.1.5); 1 without one. */
export async function webpOrientation(head: Buffer, read: ReadAt): Promise<number> {
  if (head.toString('latin1', 12, 16) !== 'VP8X' || ((head[20] ?? 0) & WEBP_HAS_EXIF) === 0) return 1;
  let position = 12;
  for (let seen = 0; seen < MOST_CHUNKS; seen++) {
    const chunk = Buffer.from(await read(position, 8));
    if (chunk.length < 8) return 1;
    const length = chunk.readUInt32LE(4);
    if (chunk.toString('latin1', 0, 4) === 'EXIF') {
      const data = await readData(read, position + 8, length);
      // Some programs write the mark that JPEG has before it.
      return segmentOrientation(data) ?? tiffOrientation(data) ?? 1;
    }
    position += 8 + length + (length & 1);
  }
  return 1;
}

async function readData(read: ReadAt, position: number, length: number): Promise<Buffer> {
  return Buffer.from(await read(position, Math.min(length, MOST_BYTES)));
}

/** Tag 0x0112 of the first directory (EXIF 2.3, section 4.6); undefined where there is none. */
function tiffOrientation(tiff: Buffer): number | undefined {
  if (tiff.length < 8) return undefined;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number =>
    at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const entries = short(directory);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > tiff.length) return undefined;
    if (short(entry) !== 0x0112) continue;
    const value = short(entry + 8);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
