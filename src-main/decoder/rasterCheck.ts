/** Checks the frames of WebP and BMP files before they are decoded: a file that was cut is named as such. */

import { ImageProblem } from './problem.ts';

/**
 * Walks the chunks of a RIFF file (RFC 9649, section 2.3).
 * @throws ImageProblem naming the chunk.
 */
export function checkWebp(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length) throw new ImageProblem(`Truncated WebP: ${file.length} of ${end} bytes are there`);
  let pictures = 0;
  for (let position = 12; position < end;) {
    if (position + 8 > end) throw new ImageProblem(`Corrupt WebP: no chunk at byte ${position}`);
    const type = file.toString('latin1', position, position + 4);
    const length = file.readUInt32LE(position + 4);
    // Chunks are filled up to an even length; a last one may lack that byte.
    if (position + 8 + length > end)
      throw new ImageProblem(`Truncated WebP: it ends inside its ${printable(type)} chunk`);
    if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') pictures++;
    position += 8 + length + (length & 1);
  }
  if (pictures === 0) throw new ImageProblem('Corrupt WebP: it has no pixels');
}

/**
 * Compares the length of a BMP with its size in pixels.
 * @throws ImageProblem when pixels are missing.
 */
export function checkBmp(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const [start, width, height] = [file.readUInt32LE(10), file.readInt32LE(18), Math.abs(file.readInt32LE(22))];
  const compression = file.readUInt32LE(30);
  // 0 plain, 3 and 6 with masks; run lengths have no size of their own, and end with a mark that the decoder looks for.
  const isPlain = compression === 0 || compression === 3 || compression === 6;
  const stride = Math.ceil((width * file.readUInt16LE(28)) / 32) * 4;
  const end = start + (isPlain ? stride * height : file.readUInt32LE(34));
  if (start < 54) throw new ImageProblem('Corrupt BMP: its pixels lie inside its header');
  if (end > file.length) throw new ImageProblem(`Truncated BMP: ${file.length} of ${end} bytes are there`);
}

function printable(type: string): string {
  return /^[ -~]{4}$/.test(type) ? type.trim() : 'damaged';
}
