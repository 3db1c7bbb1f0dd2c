/** The checksum of PNG, gzip and ZIP. */

import zlib from 'node:zlib';

/** Remainders of all bytes, for the polynomial 0xedb88320 (PNG specification, annex D). */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/**
 * CRC-32 of bytes, or of what came before and these bytes.
 * @param before checksum of what came before
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  return native === undefined ? slowCrc32(bytes, before) : native(bytes, before);
}

/** Node 18, which the development window may have, lacks it; it is ten times as fast. */
const native = 'crc32' in zlib ? zlib.crc32 : undefined;

function slowCrc32(bytes: Uint8Array, before: number): number {
  let crc = before ^ 0xffffffff;
  for (const byte of bytes) crc = (REMAINDERS[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
