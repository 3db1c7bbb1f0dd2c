/** Unpacks ZIP archives (PKWARE's APPNOTE): every size and checksum must be as the archive says. */

import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { crc32 as crc32Of } from '../crc32.ts';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { getFileNameLowLevel, openPromise } from 'yauzl';
import { DenseLabError } from '../../contract/errors.ts';
import { damagedFile, unsupportedFile } from '../formats/byteStream.ts';
import type { Unpacking } from './unpacking.ts';

/** Entries up to this size are unpacked in one call, which is several times as fast as a stream for each. */
const SMALL = 1 << 20;
/** File types in the mode of a Unix entry. */
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

const inflate = promisify(inflateRaw);

/**
 * Names of all entries, without unpacking.
 * @throws DenseLabError `source-damaged`.
 */
export async function* zipNames(path: string): AsyncGenerator<string, void, undefined> {
  const zip = await openZip(path);
  try {
    for await (const entry of zip.eachEntry()) yield nameOf(entry);
  } catch (error) {
    throw asDamaged(path, error);
  } finally {
    zip.close();
  }
}

/** How many entries are looked through for one. */
const LOOKED_THROUGH = 64;

/**
 * The content of one entry among the first; null where there is none of this name.
 * @param most bytes that it may have
 * @throws DenseLabError `source-damaged`
 */
export async function readZipEntry(path: string, wanted: string, most: number): Promise<Buffer | null> {
  const zip = await openZip(path);
  try {
    let looked = 0;
    for await (const entry of zip.eachEntry()) {
      if (++looked > LOOKED_THROUGH) return null;
      if (nameOf(entry) !== wanted) continue;
      if (entry.uncompressedSize > most) throw damagedFile(path, `says that ${wanted} is larger than it may be`);
      const parts: Uint8Array[] = [];
      for await (const part of checked(await zip.openReadStreamPromise(entry), entry)) parts.push(part);
      return Buffer.concat(parts);
    }
    return null;
  } catch (error) {
    throw asDamaged(path, error);
  } finally {
    zip.close();
  }
}

/**
 * Unpacks all files; those that are damaged are skipped by name.
 * @throws DenseLabError `source-damaged` for an archive whose directory cannot be read, and what `Unpacking` throws.
 */
export async function unpackZip(path: string, unpacking: Unpacking): Promise<void> {
  const zip = await openZip(path);
  const file = await open(path, 'r');
  try {
    const budget = { left: (await file.stat()).size };
    for await (const entry of zip.eachEntry()) {
      unpacking.count();
      await unpackEntry({ path, zip, file, entry, budget }, unpacking);
    }
  } catch (error) {
    throw asDamaged(path, error);
  } finally {
    zip.close();
    await file.close();
  }
}

interface Source {
  readonly path: string;
  readonly zip: ZipFile;
  readonly file: FileHandle;
  readonly entry: Entry;
  /** Bytes of the archive that no entry has claimed yet: entries that overlap are a bomb. */
  readonly budget: { left: number };
}

async function unpackEntry({ path, zip, file, entry, budget }: Source, unpacking: Unpacking): Promise<void> {
  const name = nameOf(entry);
  const mode = entry.versionMadeBy >> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0;
  const type = mode & TYPE_MASK;
  if (/[\\/]$/.test(name) || type === FOLDER) return unpacking.folder(name);
  if (type !== 0 && type !== REGULAR) return unpacking.skip(name, 'A link or a device', 'Pack the file itself');
  if (entry.isEncrypted()) throw unsupportedFile(path, 'is encrypted', 'Pack it without a password.');
  budget.left -= entry.compressedSize;
  if (budget.left < 0) throw damagedFile(path, 'has entries that overlap');
  if (!entry.canDecodeFileData()) {
    return unpacking.skip(name, `Packed by method ${entry.compressionMethod}, which is not read`, 'Pack it by deflate');
  }
  try {
    const isSmall = entry.uncompressedSize <= SMALL && entry.compressedSize <= SMALL;
    const chunks = isSmall ? [await readSmall(zip, file, entry)] : await openLarge(zip, entry);
    await unpacking.file(name, checked(chunks, entry));
  } catch (error) {
    if (error instanceof DenseLabError || isDisk(error)) throw error;
    unpacking.skip(name, `Damaged in the archive: ${wordsOf(error)}`, 'Download or pack it again');
  }
}

/** An entry that is skipped is never read: what is wrong with it must not end the process then. */
async function openLarge(zip: ZipFile, entry: Entry) {
  const stream = await zip.openReadStreamPromise(entry);
  return stream.on('error', () => undefined);
}

async function readSmall(zip: ZipFile, file: FileHandle, entry: Entry): Promise<Uint8Array> {
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const packed = Buffer.alloc(entry.compressedSize);
  const { bytesRead } = await file.read(packed, 0, packed.length, fileDataStart);
  if (bytesRead < packed.length) throw new Error('it ends early');
  if (entry.compressionMethod === 0) return packed;
  return inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
}

async function* checked(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { crc32, uncompressedSize }: Entry,
): AsyncGenerator<Uint8Array, void, undefined> {
  let [sum, length] = [0, 0];
  for await (const chunk of chunks) {
    sum = crc32Of(chunk, sum);
    length += chunk.length;
    yield chunk;
  }
  if (length !== uncompressedSize) throw new Error(`${length} bytes instead of ${uncompressedSize}`);
  if (sum !== crc32) throw new Error('its checksum is wrong');
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { decodeStrings: false, strictFileNames: true, validateEntrySizes: true });
  } catch (error) {
    throw asDamaged(path, error);
  }
}

function nameOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
}

function asDamaged(path: string, error: unknown): unknown {
  if (error instanceof DenseLabError || isDisk(error)) return error;
  return damagedFile(path, `is no whole ZIP archive: ${wordsOf(error)}`);
}

/** What the system says of the disk is not the archive's fault; errors of zlib begin with Z. */
function isDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
