/**
 * MATLAB's level 5 files (MathWorks, "MAT-File Format"): a header of 128 bytes, then elements, each a tag of type and length and
 * its data, mostly compressed by zlib. Only heads of variables are taken into memory.
 */

import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import type { ByteStream } from './byteStream.ts';
import { byteStream, CHUNK_BYTES, damagedFile, fileChunks, unsupportedFile } from './byteStream.ts';
import { spelled } from './source.ts';

const HEADER_BYTES = 128;
/** Variables of one file that are looked at. */
const MOST_VARIABLES = 1000;
const [MATRIX, COMPRESSED] = [14, 15];
/** Bytes of a number by its storage type. */
const WIDTHS: ReadonlyMap<number, { readonly bytes: number; readonly title: string }> = new Map([
  [1, { bytes: 1, title: 'int8' }],
  [2, { bytes: 1, title: 'uint8' }],
  [3, { bytes: 2, title: 'int16' }],
  [4, { bytes: 2, title: 'uint16' }],
  [5, { bytes: 4, title: 'int32' }],
  [6, { bytes: 4, title: 'uint32' }],
  [7, { bytes: 4, title: 'single' }],
  [9, { bytes: 8, title: 'double' }],
]);

/** Where an element lies in its file. */
interface Place {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly isCompressed: boolean;
}

/** A variable: its name and shape, and where its numbers are. */
export interface MatVariable {
  readonly name: string;
  /** Column-major: the first counts fastest. */
  readonly dimensions: readonly number[];
  /** How numbers are stored: `uint8`, `double`, ... */
  readonly storage: string;
  readonly bytesPerNumber: number;
  /** The numbers, little endian, in order; the stream goes on behind them. */
  openNumbers(): Promise<ByteStream>;
}

/**
 * All variables of numbers in a file.
 * @throws DenseLabError `source-damaged` or `source-unsupported`.
 */
export async function readMatVariables(path: string): Promise<readonly MatVariable[]> {
  const variables: MatVariable[] = [];
  for (const place of await findElements(path)) {
    const stream = openElement(place);
    try {
      const head = await readHead(place, stream);
      if (head === null) continue;
      const { inside: _inside, ...variable } = head;
      variables.push({ ...variable, openNumbers: () => openNumbers(place) });
    } finally {
      await stream.close();
    }
  }
  return variables;
}

async function findElements(path: string): Promise<readonly Place[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES) throw damagedFile(path, 'ends inside its header');
    const endian = header.toString('latin1', 126, 128);
    if (endian === 'MI')
      throw unsupportedFile(path, 'was written by a big-endian machine', 'Save it again with a current MATLAB.');
    if (endian !== 'IM') throw damagedFile(path, 'has no byte order in its header, at byte 126');
    const places: Place[] = [];
    const tag = Buffer.alloc(8);
    for (let offset = HEADER_BYTES; offset < size && places.length < MOST_VARIABLES;) {
      const { bytesRead: found } = await file.read(tag, 0, 8, offset);
      const [type, length] = [tag.readUInt32LE(0), tag.readUInt32LE(4)];
      if (found < 8 || offset + 8 + length > size) {
        throw damagedFile(
          path,
          `breaks off: the element at byte ${spelled(offset)} says ${spelled(length)} bytes, but ${spelled(Math.max(0, size - offset - 8))} follow`,
        );
      }
      if (type === MATRIX || type === COMPRESSED) {
        places.push({ path, offset: offset + 8, length, isCompressed: type === COMPRESSED });
      }
      offset += 8 + length;
    }
    return places;
  } finally {
    await file.close();
  }
}

/** The element's bytes behind its own tag, unpacked. */
function openElement({ path, offset, length, isCompressed }: Place): ByteStream {
  const chunks = fileChunks(path, offset, length);
  return byteStream(isCompressed ? inflated(path, chunks) : chunks);
}

async function* inflated(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  // The callback only keeps errors from being unhandled: the loop below sees them too.
  const bytes = pipeline(Readable.from(chunks), createInflate({ chunkSize: CHUNK_BYTES }), () => undefined);
  try {
    for await (const chunk of bytes) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw damagedFile(path, `is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Head extends Omit<MatVariable, 'openNumbers'> {
  /** Numbers of at most four bytes, which lie in their tag. */
  readonly inside: Uint8Array | null;
}

/** Reads up to the numbers of a matrix; null for what holds no numbers, such as text and structures. */
async function readHead({ path, isCompressed }: Place, stream: ByteStream): Promise<Head | null> {
  if (isCompressed && (await readTag(path, stream)).type !== MATRIX) return null;
  const flags = await readSmall(path, stream, 'flags', 64);
  const kind = flags[0] ?? 0;
  const isComplex = ((flags[1] ?? 0) & 8) !== 0;
  // 6 to 13: double, single, and integers of 8 to 32 bits.
  if (kind < 6 || kind > 13 || isComplex) return null;
  const sizes = await readSmall(path, stream, 'dimensions', 4 * 32);
  const dimensions = Array.from({ length: Math.floor(sizes.length / 4) }, (_, index) => sizes.readInt32LE(index * 4));
  const name = (await readSmall(path, stream, 'name', 256)).toString('latin1');
  const product = dimensions.reduce((all, size) => all * size, 1);
  if (dimensions.length < 2 || dimensions.some((size) => size < 0) || !Number.isSafeInteger(product)) {
    throw damagedFile(path, `says that ${JSON.stringify(name)} has ${dimensions.join(' x ')} numbers`);
  }
  const { type, length, inside } = await readTag(path, stream);
  const width = WIDTHS.get(type);
  if (width === undefined)
    throw unsupportedFile(path, `stores ${JSON.stringify(name)} as type ${type}`, 'Save it as numbers.');
  if (length !== product * width.bytes) {
    throw damagedFile(
      path,
      `says ${dimensions.join(' x ')} numbers of ${width.title} for ${JSON.stringify(name)}, but holds ${spelled(length)} bytes`,
    );
  }
  return { name, dimensions, storage: width.title, bytesPerNumber: width.bytes, inside };
}

async function openNumbers(place: Place): Promise<ByteStream> {
  const stream = openElement(place);
  try {
    const inside = (await readHead(place, stream))?.inside ?? null;
    if (inside === null) return stream;
    await stream.close();
    return byteStream(once(inside));
  } catch (error) {
    await stream.close();
    throw error;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}

interface Tag {
  readonly type: number;
  readonly length: number;
  /** Data of at most four bytes lies in the tag itself. */
  readonly inside: Buffer | null;
}

async function readTag(path: string, stream: ByteStream): Promise<Tag> {
  const tag = Buffer.from(await stream.read(8));
  if (tag.length < 8) throw damagedFile(path, 'breaks off inside a variable');
  const first = tag.readUInt32LE(0);
  if (first >> 16 === 0) return { type: first, length: tag.readUInt32LE(4), inside: null };
  const length = Math.min(4, first >>> 16);
  return { type: first & 0xffff, length, inside: tag.subarray(4, 4 + length) };
}

/** A short element whole, and what pads it to eight bytes. */
async function readSmall(path: string, stream: ByteStream, what: string, most: number): Promise<Buffer> {
  const { length, inside } = await readTag(path, stream);
  if (inside !== null) return inside;
  if (length > most) throw damagedFile(path, `has a variable whose ${what} take ${spelled(length)} bytes`);
  const padded = Buffer.from(await stream.read(Math.ceil(length / 8) * 8));
  if (padded.length < length) throw damagedFile(path, 'breaks off inside a variable');
  return padded.subarray(0, length);
}
