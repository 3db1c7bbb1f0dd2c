/** What the headers of WebP, BMP and GIF files say, without decoding. */

import { webpOrientation } from './exif.ts';
import type { HeaderOutcome, ReadAt } from './headerOutcome.ts';
import { corruptImage, truncatedImage } from './headerOutcome.ts';

/** Bytes of a BMP's file header, before the header that describes the image. */
const BMP_FILE_HEADER = 14;
/** Windows' header of 1990; all later ones begin like it. */
const BMP_INFO_HEADER = 40;

/** A RIFF file: VP8 (lossy), VP8L (lossless) or VP8X (with alpha, animation or profiles); RFC 9649, section 2. */
export async function webpHeader(head: Buffer, read: ReadAt): Promise<HeaderOutcome> {
  if (head.length < 30) return truncatedImage('WebP');
  const webp = (height: number, width: number, orientation = 1): HeaderOutcome => ({
    ok: true,
    // WebP knows no grey.
    header: { kind: 'webp', height, width, channels: 3, orientation },
  });
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8 ':
      // The frame tag and a start code come first.
      return webp(head.readUInt16LE(28) & 0x3fff, head.readUInt16LE(26) & 0x3fff);
    case 'VP8L': {
      const bits = head.readUInt32LE(21);
      return webp(((bits >>> 14) & 0x3fff) + 1, (bits & 0x3fff) + 1);
    }
    case 'VP8X':
      return webp(head.readUIntLE(27, 3) + 1, head.readUIntLE(24, 3) + 1, await webpOrientation(head, read));
    default:
      return corruptImage('WebP: its first chunk makes no sense');
  }
}

/** A device-independent bitmap; grey when its palette is. */
export async function bmpHeader(head: Buffer, read: ReadAt): Promise<HeaderOutcome> {
  if (head.length < 26) return truncatedImage('BMP');
  const size = head.readUInt32LE(BMP_FILE_HEADER);
  if (size < BMP_INFO_HEADER) return corruptImage('BMP: its header is not that of Windows');
  if (head.length < BMP_FILE_HEADER + BMP_INFO_HEADER) return truncatedImage('BMP');
  const [width, height] = [head.readInt32LE(18), Math.abs(head.readInt32LE(22))];
  const depth = head.readUInt16LE(28);
  if (width < 0 || ![1, 2, 4, 8, 16, 24, 32].includes(depth)) return corruptImage('BMP: its header makes no sense');
  const colours = depth > 8 ? 0 : Math.min(head.readUInt32LE(46) || 1 << depth, 1 << depth);
  const palette = await read(BMP_FILE_HEADER + size, colours * 4);
  const isGrey =
    colours > 0 && palette.every((value, index) => index % 4 === 3 || value === palette[index - (index % 4)]);
  return { ok: true, header: { kind: 'bmp', height, width, channels: isGrey ? 1 : 3, orientation: 1 } };
}

/** The logical screen of a GIF (GIF89a specification, section 18); its first frame lies on it. */
export function gifHeader(head: Buffer): HeaderOutcome {
  if (head.length < 13) return truncatedImage('GIF');
  if (!/^GIF8[79]a$/.test(head.toString('latin1', 0, 6))) return corruptImage('GIF: its header makes no sense');
  const [height, width] = [head.readUInt16LE(8), head.readUInt16LE(6)];
  return { ok: true, header: { kind: 'gif', height, width, channels: 3, orientation: 1 } };
}
