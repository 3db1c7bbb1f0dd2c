/**
 * Reads the first frame of a GIF (GIF89a specification, 1990). Libraries fill up what is missing from a damaged file; here
 * every pixel must be coded.
 */

import type { Raster } from '../datasets/resample.ts';
import { ImageProblem } from './problem.ts';

const SCREEN_BYTES = 13;
const MOST_CODES = 4096;

/** Where a frame lies on the screen, and how it is coded. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  /** Three bytes per colour. */
  readonly palette: Buffer;
  readonly transparent: number | null;
  readonly leastBits: number;
  readonly data: Buffer;
}

/**
 * Decodes the first frame onto the whole screen: RGB and alpha, transparent where the frame does not reach.
 * @param bytes begins with a GIF header
 * @throws ImageProblem naming what is wrong; frames behind the first are walked over, and must be whole.
 */
export function readGif(bytes: Uint8Array): Raster {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const [width, height] = [file.readUInt16LE(6), file.readUInt16LE(8)];
  const frame = findFrame(file);
  const indexes = unpack(frame);
  const pixels = new Uint8Array(width * height * 4);
  const rows = frame.interlaced ? interlacedRows(frame.height) : null;
  for (let line = 0; line < frame.height; line++) {
    const y = frame.top + (rows?.[line] ?? line);
    for (let column = 0; column < frame.width; column++) {
      const x = frame.left + column;
      const index = indexes[line * frame.width + column] ?? 0;
      if (y >= height || x >= width || index === frame.transparent) continue;
      if (index * 3 + 3 > frame.palette.length)
        throw new ImageProblem('Corrupt GIF: a pixel has no colour in the palette');
      pixels.set(frame.palette.subarray(index * 3, index * 3 + 3), (y * width + x) * 4);
      pixels[(y * width + x) * 4 + 3] = 255;
    }
  }
  return { height, width, channels: 4, pixels };
}

function findFrame(file: Buffer): Frame {
  const shared = paletteAt(file, SCREEN_BYTES, file[10] ?? 0);
  let position = SCREEN_BYTES + shared.length;
  let transparent: number | null = null;
  let frame: Frame | null = null;
  for (;;) {
    const kind = file[position];
    if (kind === 0x3b) break;
    if (kind === undefined) throw truncated(file);
    if (kind === 0x21) {
      const body = joinBlocks(file, position + 2);
      if (file[position + 1] === 0xf9 && frame === null) transparent = transparencyOf(body.data);
      position = body.end;
    } else if (kind === 0x2c) {
      const found = frameAt(file, position, shared, transparent);
      frame ??= found.frame;
      position = found.end;
    } else throw new ImageProblem(`Corrupt GIF: no block at byte ${position}`);
  }
  if (frame === null) throw new ImageProblem('Corrupt GIF: it has no picture');
  return frame;
}

function frameAt(
  file: Buffer,
  position: number,
  shared: Buffer,
  transparent: number | null,
): { readonly frame: Frame; readonly end: number } {
  if (position + 10 > file.length) throw truncated(file);
  const packed = file[position + 9] ?? 0;
  const own = paletteAt(file, position + 10, packed);
  const start = position + 10 + own.length;
  const { data, end } = joinBlocks(file, start + 1);
  const frame: Frame = {
    left: file.readUInt16LE(position + 1),
    top: file.readUInt16LE(position + 3),
    width: file.readUInt16LE(position + 5),
    height: file.readUInt16LE(position + 7),
    interlaced: (packed & 0x40) !== 0,
    palette: own.length > 0 ? own : shared,
    transparent,
    leastBits: file[start] ?? 0,
    data,
  };
  const [width, height] = [file.readUInt16LE(6), file.readUInt16LE(8)];
  if (frame.left + frame.width > width || frame.top + frame.height > height) {
    throw new ImageProblem('Corrupt GIF: a picture lies outside its screen');
  }
  return { frame, end };
}

/** Empty where the packed field says that there is none. */
function paletteAt(file: Buffer, position: number, packed: number): Buffer {
  const length = (packed & 0x80) === 0 ? 0 : 3 << ((packed & 7) + 1);
  if (position + length > file.length) throw truncated(file);
  return file.subarray(position, position + length);
}

/** Data comes in blocks of up to 255 bytes, each behind its length, the last one empty. */
function joinBlocks(file: Buffer, start: number): { readonly data: Buffer; readonly end: number } {
  const blocks: Buffer[] = [];
  for (let position = start; ;) {
    const length = file[position];
    if (length === undefined || position + 1 + length > file.length) throw truncated(file);
    if (length === 0) return { data: Buffer.concat(blocks), end: position + 1 };
    blocks.push(file.subarray(position + 1, position + 1 + length));
    position += 1 + length;
  }
}

function transparencyOf(control: Buffer): number | null {
  return ((control[0] ?? 0) & 1) === 1 ? (control[3] ?? null) : null;
}

/** Appendix F: codes of growing length, each standing for a known string of pixels and one pixel more. */
function unpack({ width, height, leastBits, data }: Frame): Uint8Array {
  if (leastBits < 1 || leastBits > 11) throw new ImageProblem('Corrupt GIF: its code size makes no sense');
  const clear = 1 << leastBits;
  const prefixes = new Uint16Array(MOST_CODES);
  const last = new Uint8Array(MOST_CODES);
  const lengths = new Uint16Array(MOST_CODES).fill(1, 0, clear);
  for (let code = 0; code < clear; code++) last[code] = code;
  const pixels = new Uint8Array(width * height);
  let [done, next, bits, held, count, before] = [0, clear + 2, leastBits + 1, 0, 0, -1];
  for (let at = 0; done < pixels.length;) {
    for (; count < bits; count += 8) {
      if (at >= data.length) throw new ImageProblem('Truncated GIF: its data ends before the last pixel');
      held |= (data[at++] ?? 0) << count;
    }
    const code = held & ((1 << bits) - 1);
    held >>>= bits;
    count -= bits;
    if (code === clear) [next, bits, before] = [clear + 2, leastBits + 1, -1];
    else if (code === clear + 1) throw new ImageProblem('Truncated GIF: its data ends before the last pixel');
    else {
      if (code > next || (code === next && before < 0) || (before < 0 && code >= clear)) {
        throw new ImageProblem('Corrupt GIF: its data holds a code that does not exist');
      }
      if (before >= 0 && next < MOST_CODES) {
        prefixes[next] = before;
        lengths[next] = (lengths[before] ?? 0) + 1;
        last[next] = firstOf(code === next ? before : code, clear, prefixes);
        next++;
        if (next === 1 << bits && bits < 12) bits++;
      }
      const length = lengths[code] ?? 0;
      for (let back = length, one = code; back > 0; back--, one = prefixes[one] ?? 0) {
        if (done + back <= pixels.length) pixels[done + back - 1] = last[one] ?? 0;
      }
      done += length;
      before = code;
    }
  }
  return pixels;
}

/** First pixel of a code's string. */
function firstOf(code: number, clear: number, prefixes: Uint16Array): number {
  let first = code;
  while (first >= clear) first = prefixes[first] ?? 0;
  return first;
}

/** Appendix E: every eighth row, then those between, four times over. */
function interlacedRows(height: number): readonly number[] {
  const rows: number[] = [];
  for (const [first, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    for (let row = first; row < height; row += step) rows.push(row);
  }
  return rows;
}

function truncated(file: Buffer): ImageProblem {
  return new ImageProblem(`Truncated GIF: no end after ${file.length} bytes`);
}
