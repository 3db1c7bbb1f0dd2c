/** Tells kinds of files by their first bytes; names and extensions say nothing. */

import type { ImageKind } from './headerOutcome.ts';

/** How many first bytes `sniff` looks at. */
export const SNIFFED_BYTES = 512;

/** What a file is; `other` is only named. */
export interface Sniffed {
  readonly kind: ImageKind | 'gzip' | 'idx' | 'zip' | 'numpy' | 'parquet' | 'matlab' | 'pickle' | 'text' | 'other';
  /** As a sentence calls it: `a GIF image`. */
  readonly title: string;
}

interface Signature extends Sniffed {
  readonly bytes: readonly number[];
  readonly offset?: number;
  /** First bytes of the file, where `bytes` lie farther in. */
  readonly begins?: readonly number[];
}

const ascii = (text: string): readonly number[] => [...text].map((letter) => letter.charCodeAt(0));
const other = (title: string, bytes: readonly number[], offset = 0): Signature => ({
  kind: 'other',
  title,
  bytes,
  offset,
});

const SIGNATURES: readonly Signature[] = [
  { kind: 'png', title: 'a PNG image', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { kind: 'jpeg', title: 'a JPEG image', bytes: [0xff, 0xd8, 0xff] },
  { kind: 'gzip', title: 'a gzip file', bytes: [0x1f, 0x8b] },
  { kind: 'gif', title: 'a GIF image', bytes: ascii('GIF8') },
  { kind: 'webp', title: 'a WebP image', bytes: ascii('WEBP'), offset: 8 },
  // Its header is shorter than 256 bytes; text that begins with the same two letters has no zeros there.
  { kind: 'bmp', title: 'a BMP image', bytes: [0, 0, 0], offset: 15, begins: ascii('BM') },
  other('a TIFF image', [0x49, 0x49, 0x2a, 0x00]),
  other('a TIFF image', [0x4d, 0x4d, 0x00, 0x2a]),
  other('an AVIF image', ascii('ftypavif'), 4),
  other('a HEIC image', ascii('ftyphei'), 4),
  other('a HEIC image', ascii('ftypmif1'), 4),
  other('a JPEG 2000 image', [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20]),
  other('a JPEG XL image', [0xff, 0x0a]),
  other('a PDF document', ascii('%PDF')),
  { kind: 'zip', title: 'a ZIP archive', bytes: [0x50, 0x4b, 0x03, 0x04] },
  other('a tar archive', ascii('ustar'), 257),
  { kind: 'numpy', title: 'a NumPy array', bytes: [0x93, ...ascii('NUMPY')] },
  { kind: 'parquet', title: 'a Parquet table', bytes: ascii('PAR1') },
  { kind: 'matlab', title: 'a MATLAB file', bytes: ascii('MATLAB 5.0 MAT-file') },
  other('an HDF5 file', [0x89, ...ascii('HDF')]),
  ...[2, 3, 4, 5].map((protocol): Signature => ({
    kind: 'pickle',
    title: 'a Python pickle',
    bytes: [0x80, protocol],
  })),
  // Two zeros, the type and the number of dimensions: the shortest signature comes last.
  ...[0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e].map((type): Signature => ({
    kind: 'idx',
    title: 'an IDX file',
    bytes: [0x00, 0x00, type],
  })),
];

/** Names the kind of a file from its first `SNIFFED_BYTES` bytes (fewer when it is shorter). */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return { kind: 'other', title: 'an empty file' };
  const known = SIGNATURES.find(
    ({ bytes, offset = 0, begins = [] }) =>
      bytes.every((byte, index) => head[offset + index] === byte) &&
      begins.every((byte, index) => head[index] === byte),
  );
  if (known !== undefined) return known;
  const text = Buffer.from(head).toString('latin1');
  if (/^\s*<(!doctype html|html|head|body)/i.test(text)) return { kind: 'other', title: 'an HTML page' };
  if (/^\s*<(\?xml|svg)/i.test(text)) return { kind: 'other', title: 'an XML or SVG file' };
  const isText = head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
  return isText ? { kind: 'text', title: 'a text file' } : { kind: 'other', title: 'a file of unknown kind' };
}
