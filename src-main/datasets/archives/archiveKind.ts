/** Which files are archives to unpack, by their content. */

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { sniff, SNIFFED_BYTES } from '../formats/magic.ts';
import { isTar } from './tar.ts';
import { zipNames } from './zip.ts';

/** How an archive is packed. */
export type ArchiveKind = 'zip' | 'tar' | 'tar.gz';

/** By content; null for what is no archive, a file of NumPy arrays, and what cannot be read, of which others tell. */
export async function archiveKind(path: string): Promise<ArchiveKind | null> {
  try {
    if (!(await stat(path)).isFile()) return null;
    const head = await firstBytes(path);
    const { kind } = sniff(head);
    if (kind === 'zip') return (await isNpz(path)) ? null : 'zip';
    if (kind === 'gzip') return isTar(await unpackedBytes(path)) ? 'tar.gz' : null;
    return isTar(head) ? 'tar' : null;
  } catch {
    return null;
  }
}

/** Whether a file that begins so may be an archive. */
export function mayBeArchive(head: Uint8Array): boolean {
  const { kind } = sniff(head);
  return kind === 'zip' || kind === 'gzip' || isTar(head);
}

async function isNpz(path: string): Promise<boolean> {
  try {
    for await (const name of zipNames(path)) if (!name.endsWith('.npy')) return false;
    return true;
  } catch {
    return false;
  }
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function unpackedBytes(path: string): Promise<Uint8Array> {
  const unpacked = pipeline(createReadStream(path), createGunzip(), () => undefined);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of unpacked) {
    if (!(chunk instanceof Uint8Array)) break;
    chunks.push(chunk);
    length += chunk.length;
    if (length >= SNIFFED_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, SNIFFED_BYTES);
}
