/** Writes PNG files of 8 bits, grey or RGB. Compression runs in Node's thread pool, which libraries in JavaScript do not use. */

import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { crc32 } from '../crc32.ts';

const compress = promisify<Uint8Array, Buffer>(deflate);
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOUR_TYPES = { grey: 0, rgb: 2 } as const;

/** @param pixels uint8 height x width x channels, 1 or 3 channels */
export async function encodePng(
  pixels: Uint8Array,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = channels === 1 ? COLOUR_TYPES.grey : COLOUR_TYPES.rgb;
  const row = width * channels;
  // Each row begins with its filter: 0, none.
  const rows = new Uint8Array(height * (row + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const data = await compress(rows);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))]);
}

/** Length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
