/** Arrays that lie in .npy files or in a .npz archive: both are opened the same way. */

import { basename, dirname } from 'node:path';
import type { Entry, ZipFile } from 'yauzl';
import yauzl from 'yauzl';
import type { ByteStream } from './byteStream.ts';
import { byteStream, damagedFile, fileChunks } from './byteStream.ts';
import type { NpyHeader } from './npyHeader.ts';
import { readNpyHeader } from './npyHeader.ts';
import { spelled } from './source.ts';

/** Arrays of one archive that are looked at. */
const MOST_ARRAYS = 200;

/** An array by name, whose elements can be read any number of times. */
export interface NamedArray {
  /** Without `.npy`. */
  readonly name: string;
  /** Real path of the file that it lies in. */
  readonly path: string;
  /** What a sentence calls it: `mnist.npz/x_train`, `x_train.npy`. */
  readonly title: string;
  readonly header: NpyHeader;
  /** At the first element. */
  open(): Promise<ByteStream>;
}

/** A .npy file. @throws DenseLabError as `readNpyHeader`, also when it holds more or fewer bytes than it says. */
export async function openNpy(path: string, bytes: number): Promise<NamedArray> {
  const open = (): Promise<ByteStream> => Promise.resolve(byteStream(fileChunks(path)));
  return describe(path, basename(path), basename(path).replace(/\.npy$/i, ''), bytes, open);
}

/**
 * All arrays of a .npz archive.
 * @throws DenseLabError `source-damaged` or `source-unsupported`.
 */
export async function openNpz(path: string): Promise<readonly NamedArray[]> {
  const zip = await openZip(path);
  try {
    const entries = await readEntries(path, zip);
    const arrays: NamedArray[] = [];
    for (const entry of entries.slice(0, MOST_ARRAYS)) {
      const name = basename(entry.fileName).replace(/\.npy$/i, '');
      const open = async (): Promise<ByteStream> => byteStream(await unpacked(path, entry));
      arrays.push(await describe(path, `${basename(path)}/${name}`, name, entry.uncompressedSize, open));
    }
    return arrays;
  } finally {
    zip.close();
  }
}

/** Whether a ZIP archive holds arrays and nothing else. */
export async function isNpz(path: string): Promise<boolean> {
  try {
    const zip = await openZip(path);
    try {
      const entries = await readEntries(path, zip);
      return entries.length > 0 && entries.every(({ fileName }) => /\.npy$/i.test(fileName));
    } finally {
      zip.close();
    }
  } catch {
    // What is wrong with a file of that name is told when it is read.
    return /\.npz$/i.test(path);
  }
}

async function describe(
  path: string,
  title: string,
  name: string,
  bytes: number,
  openRaw: () => Promise<ByteStream>,
): Promise<NamedArray> {
  const named = `${dirname(path)}/${title}`;
  const open = async (): Promise<ByteStream> => {
    const stream = await openRaw();
    try {
      await readNpyHeader(named, stream);
      return stream;
    } catch (error) {
      await stream.close();
      throw error;
    }
  };
  const stream = await openRaw();
  try {
    const header = await readNpyHeader(named, stream);
    const follow = bytes - stream.position;
    if (follow !== header.payload) {
      throw damagedFile(
        named,
        `says ${header.shape.join(' x ')} elements of ${header.bytes} bytes, which makes ${spelled(header.payload)} bytes, but ${spelled(follow)} follow its header`,
      );
    }
    return { name, path, title, header, open };
  } finally {
    await stream.close();
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(brokenZip(path, error));
    });
  });
}

function readEntries(path: string, zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', (error: Error) => reject(brokenZip(path, error)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.endsWith('/')) entries.push(entry);
      if (entries.length > MOST_ARRAYS) resolve(entries);
      else zip.readEntry();
    });
    zip.readEntry();
  });
}

async function* unpackedChunks(path: string, entry: Entry): AsyncGenerator<Uint8Array, void, undefined> {
  const zip = await openZip(path);
  try {
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error === null ? resolve(opened) : reject(error)));
    });
    // Who stops reading no longer hears what is wrong with the rest: that must not end the process.
    stream.on('error', () => undefined);
    for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw brokenZip(path, error);
  } finally {
    zip.close();
  }
}

function unpacked(path: string, entry: Entry): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
  if (entry.isEncrypted()) throw damagedFile(path, 'is encrypted');
  return Promise.resolve(unpackedChunks(path, entry));
}

function brokenZip(path: string, error: unknown): Error {
  return damagedFile(path, `is damaged: ${error instanceof Error ? error.message : String(error)}`);
}
