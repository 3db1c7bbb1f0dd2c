/**
 * What the header of an image file says, without decoding: so that an image that would not fit is refused before any
 * memory is taken for it.
 */

import { pngOrientation, segmentOrientation } from './exif.ts';
import type { HeaderOutcome, ReadAt } from './headerOutcome.ts';
import { corruptImage, IMAGE_KIND_WORDS, refuse, truncatedImage } from './headerOutcome.ts';
import type { Sniffed } from './magic.ts';
import { sniff, SNIFFED_BYTES } from './magic.ts';
import { bmpHeader, gifHeader, webpHeader } from './rasterHeaders.ts';

/** Largest image that is decoded, in pixels. */
const MOST_PIXELS = 64 * 1024 * 1024;
/** Markers of a JPEG that are looked at before the size is given up on. */
const MOST_MARKERS = 1000;

/** Reads the header through `read`; never throws for what the bytes say. */
export async function readImageHeader(read: ReadAt): Promise<HeaderOutcome> {
  const head = await read(0, SNIFFED_BYTES);
  const sniffed = sniff(head);
  const outcome = await headerOf(sniffed, head, read);
  return outcome.ok ? checkSize(outcome) : outcome;
}

function headerOf(sniffed: Sniffed, head: Uint8Array, read: ReadAt): HeaderOutcome | Promise<HeaderOutcome> {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (sniffed.kind === 'png') return pngHeader(bytes, read);
  if (sniffed.kind === 'jpeg') return jpegHeader(read);
  if (sniffed.kind === 'webp') return webpHeader(bytes, read);
  if (sniffed.kind === 'bmp') return bmpHeader(bytes, read);
  if (sniffed.kind === 'gif') return gifHeader(bytes);
  if (head.length === 0) return refuse('Empty file', 'Copy it again');
  if (sniffed.title.endsWith(' image')) {
    return refuse(`${capital(sniffed.title)}, which is not read`, 'Convert it to PNG or JPEG');
  }
  return refuse(`Not an image: ${sniffed.title}`, 'Choose another file, if this should have been an image');
}

const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

async function pngHeader(head: Buffer, read: ReadAt): Promise<HeaderOutcome> {
  if (head.length < 33) return truncatedImage('PNG');
  const depth = head[24] ?? 0;
  const colourType = head[25] ?? 0;
  const isHeader = head.readUInt32BE(8) === 13 && head.toString('latin1', 12, 16) === 'IHDR';
  if (!isHeader || !(DEPTHS[colourType]?.includes(depth) ?? false))
    return corruptImage('PNG: its header makes no sense');
  const [width, height] = [head.readUInt32BE(16), head.readUInt32BE(20)];
  const grey = colourType === 0 || colourType === 4;
  return {
    ok: true,
    header: { kind: 'png', height, width, channels: grey ? 1 : 3, orientation: await pngOrientation(read) },
  };
}

/** Walks the markers up to the frame header (ITU-T T.81, annex B). */
async function jpegHeader(read: ReadAt): Promise<HeaderOutcome> {
  let orientation = 1;
  let position = 2;
  for (let seen = 0; seen < MOST_MARKERS; seen++) {
    const marker = Buffer.from(await read(position, 4));
    if (marker.length < 4) return truncatedImage('JPEG');
    if (marker[0] !== 0xff) return corruptImage(`JPEG: no marker at byte ${position}`);
    const code = marker[1] ?? 0;
    // Fill bytes before a marker, and markers without a length.
    if (code === 0xff || code === 0x01 || (code >= 0xd0 && code <= 0xd7)) {
      position += code === 0xff ? 1 : 2;
      continue;
    }
    const length = marker.readUInt16BE(2);
    if (isFrame(code)) return jpegFrame(code, Buffer.from(await read(position + 4, Math.min(length, 15))), orientation);
    if (code === 0xd9 || code === 0xda || length < 2) return corruptImage('JPEG: it has no frame header');
    if (code === 0xe1)
      orientation = segmentOrientation(Buffer.from(await read(position + 4, length - 2))) ?? orientation;
    position += 2 + length;
  }
  return corruptImage('JPEG: its markers lead nowhere');
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

function jpegFrame(code: number, frame: Buffer, orientation: number): HeaderOutcome {
  if (frame.length < 6) return truncatedImage('JPEG');
  if (code > 0xc2) return refuse('A lossless, arithmetic or hierarchical JPEG', 'Save it as an ordinary JPEG');
  if (frame[0] !== 8) return refuse(`A JPEG of ${String(frame[0])} bits per channel`, 'Save it as an ordinary JPEG');
  const components = frame[5] ?? 0;
  if (![1, 3, 4].includes(components)) return refuse(`A JPEG of ${components} channels`, 'Save it as an ordinary JPEG');
  const [height, width] = [frame.readUInt16BE(1), frame.readUInt16BE(3)];
  return { ok: true, header: { kind: 'jpeg', height, width, channels: components === 1 ? 1 : 3, orientation } };
}

function checkSize(outcome: Extract<HeaderOutcome, { ok: true }>): HeaderOutcome {
  const { height, width, kind } = outcome.header;
  if (height === 0 || width === 0)
    return corruptImage(`${IMAGE_KIND_WORDS[kind]}: it says that it is ${width} x ${height}`);
  if (height * width <= MOST_PIXELS) return outcome;
  return refuse(`Too large: ${width} x ${height} is more than 64 megapixels`, 'Make it smaller');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
