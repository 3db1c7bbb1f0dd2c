/**
 * One IDX file (LeCun, "The MNIST database", file formats): two zero bytes, a type byte, the number of dimensions, each
 * dimension as a big-endian uint32, then the values. Gzipped or not, told by content. Nothing is allocated by what a
 * header claims: bytes are counted as they come.
 */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DenseLabError } from '../../contract/errors.ts';
import { byteStream, CHUNK_BYTES } from './byteStream.ts';
import { spelled } from './source.ts';

const UNSIGNED_BYTE = 0x08;
const TYPES: Readonly<Record<number, string>> = {
  0x08: 'unsigned bytes',
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  0x0d: '32-bit floats',
  0x0e: '64-bit floats',
};

/** What a header says. */
export interface IdxHeader {
  /** [images, rows, columns] or [labels]. */
  readonly dimensions: readonly number[];
  /** Bytes that must follow. */
  readonly payload: number;
}

/** An open IDX file, behind its header. */
export interface IdxStream {
  readonly header: IdxHeader;
  /** The next bytes, fewer only where the file ends. */
  read(length: number): Promise<Uint8Array>;
  /** @throws DenseLabError `idx-mismatch` unless the file ends here. */
  expectEnd(): Promise<void>;
  close(): Promise<void>;
}

/** What an IDX file of a dataset holds. */
export type IdxRole = 'images' | 'labels';

const RANK: Readonly<Record<IdxRole, number>> = { images: 3, labels: 1 };

/**
 * Opens a file and checks its header, and its size where that is known without unpacking.
 * @throws DenseLabError `idx-header` or `idx-mismatch`, naming the file, what it says and what is there.
 */
export async function openIdx(path: string, role: IdxRole): Promise<IdxStream> {
  const source = byteStream(unpackedChunks(path));
  try {
    const magic = await source.read(4);
    checkMagic(path, role, magic);
    const sizes = Buffer.from(await source.read(RANK[role] * 4));
    if (sizes.length < RANK[role] * 4) throw headerError(path, 'ends inside its header');
    const dimensions = Array.from({ length: RANK[role] }, (_, index) => sizes.readUInt32BE(index * 4));
    const header = { dimensions, payload: dimensions.reduce((product, size) => product * size, 1) };
    if (header.payload === 0) throw headerError(path, `says that it holds ${describe(role, dimensions)}`);
    await checkPlainSize(path, role, header);
    const expectEnd = async (): Promise<void> => {
      if ((await source.read(1)).length > 0) throw mismatch(path, role, header, 'but holds more');
    };
    return { header, read: source.read, expectEnd, close: source.close };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The failure of a file that holds fewer bytes than it says. */
export function endsEarly(path: string, role: IdxRole, header: IdxHeader, found: number): DenseLabError {
  return mismatch(path, role, header, `but holds ${spelled(found)} bytes`);
}

/** Says what is wrong with a header. */
export function headerError(path: string, what: string): DenseLabError {
  return new DenseLabError('idx-header', `${basename(path)} ${what}.`, 'Download or copy the file again.', path);
}

function mismatch(path: string, role: IdxRole, header: IdxHeader, found: string): DenseLabError {
  const says = `says ${describe(role, header.dimensions)} (${spelled(header.payload)} bytes)`;
  return new DenseLabError('idx-mismatch', `${basename(path)} ${says}, ${found}.`, 'Download or copy it again.', path);
}

function describe(role: IdxRole, dimensions: readonly number[]): string {
  const [count = 0, rows = 0, columns = 0] = dimensions;
  return role === 'labels'
    ? `${spelled(count)} labels`
    : `${spelled(count)} images of ${spelled(rows)} x ${spelled(columns)}`;
}

function checkMagic(path: string, role: IdxRole, magic: Uint8Array): void {
  const [first, second, type = 0, rank] = magic;
  if (magic.length < 4 || first !== 0 || second !== 0 || !(type in TYPES)) {
    const found = [...magic].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw headerError(path, `is no IDX file: it begins with ${found === '' ? 'nothing' : found} instead of 00 00 08`);
  }
  if (type !== UNSIGNED_BYTE)
    throw headerError(path, `holds ${TYPES[type] ?? ''}, where images and labels are unsigned bytes`);
  if (rank !== RANK[role]) {
    throw headerError(path, `has ${String(rank)} dimensions, where ${role} have ${RANK[role]}`);
  }
}

/** An unpacked file tells its size at once, before anything is written. */
async function checkPlainSize(path: string, role: IdxRole, header: IdxHeader): Promise<void> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(2);
    await file.read(head, 0, 2, 0);
    if (isGzip(head)) return;
    const found = (await file.stat()).size - 4 - RANK[role] * 4;
    if (found !== header.payload) throw endsEarly(path, role, header, found);
  } finally {
    await file.close();
  }
}

async function* unpackedChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, 'r');
  const head = Buffer.alloc(2);
  try {
    await file.read(head, 0, 2, 0);
  } finally {
    await file.close();
  }
  const plain = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  // The callback only keeps errors from being unhandled: the loop below sees them too.
  const bytes = isGzip(head) ? pipeline(plain, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : plain;
  try {
    for await (const chunk of bytes) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? brokenGzip(path, error) : error;
  }
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

function brokenGzip(path: string, error: Error): DenseLabError {
  const what =
    error.message === 'unexpected end of file'
      ? 'breaks off: its gzip data is incomplete'
      : `is damaged: ${error.message}`;
  return new DenseLabError('idx-mismatch', `${basename(path)} ${what}.`, 'Download or copy it again.', path);
}
