/**
 * Checks the frame of a PNG before it is decoded: each chunk is complete, and what makes the
 * pixels has the checksum that it says.
 */

import { crc32 } from '../datasets/crc32.ts';
import { ImageProblem } from './problem.ts';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12;

/** What the chunks tell beyond the header. */
export interface PngFrame {
  /** Whether any pixel may be transparent. */
  readonly hasAlpha: boolean;
}

/**
 * Walks all chunks of a file that begins with a PNG signature and header (PNG specification, third edition, section 5).
 * @throws ImageProblem naming the chunk.
 */
export function checkPng(bytes: Uint8Array): PngFrame {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let hasData = false;
  let hasTransparency = false;
  for (let position = SIGNATURE_BYTES; ;) {
    if (position + CHUNK_OVERHEAD > file.length)
      throw new ImageProblem(`Truncated PNG: no end after ${file.length} bytes`);
    const length = file.readUInt32BE(position);
    const type = file.toString('latin1', position + 4, position + 8);
    const end = position + CHUNK_OVERHEAD + length;
    if (!/^[A-Za-z]{4}$/.test(type)) throw new ImageProblem(`Corrupt PNG: no chunk at byte ${position}`);
    if (end > file.length) throw new ImageProblem(`Truncated PNG: it ends inside its ${type} chunk`);
    // Behind the pixels only text and the like may follow, which nobody here reads.
    const matters = !hasData || /^[A-Z]/.test(type);
    if (matters && crc32(file.subarray(position + 4, end - 4)) !== file.readUInt32BE(end - 4)) {
      throw new ImageProblem(`Corrupt PNG: the ${type} chunk at byte ${position} fails its checksum`);
    }
    if (type === 'IDAT') hasData = true;
    if (type === 'tRNS') hasTransparency = true;
    if (type === 'IEND') break;
    position = end;
  }
  if (!hasData) throw new ImageProblem('Corrupt PNG: it has no pixels');
  const colourType = file[25] ?? 0;
  return { hasAlpha: hasTransparency || colourType === 4 || colourType === 6 };
}
