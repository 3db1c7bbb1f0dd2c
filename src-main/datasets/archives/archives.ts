/** Archives among what was given to import: unpacked into a folder of their own, and then read as any folder. */

import { createReadStream } from 'node:fs';
import { mkdir, open, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ImportSource, SkippedFile } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import { sniff, SNIFFED_BYTES } from '../formats/magic.ts';
import type { PreparedSource } from '../formats/source.ts';
import type { Staging } from '../staging.ts';
import { createStaging } from '../staging.ts';
import { isTar, unpackTar } from './tar.ts';
import type { ArchiveLimits, UnpackOptions } from './unpacking.ts';
import { ARCHIVE_LIMITS, Unpacking } from './unpacking.ts';
import { unpackZip, zipNames } from './zip.ts';

/** Milliseconds that unpacked files wait for another preview, or for the import. */
const KEPT = 10 * 60_000;

/** A source without archives. */
export interface OpenedSource {
  readonly source: ImportSource;
  /** The prepared source as of the archive: its path, its name, and what was left out of it. */
  describe(prepared: PreparedSource): PreparedSource;
  /** A failure of a reader, which names the folder that was unpacked into, as one of the archive. */
  explain(error: unknown): unknown;
  /** Lets go of unpacked files; `keep` leaves them for the next who asks for the same. */
  close(keep: boolean): Promise<void>;
}

interface Unpacked {
  readonly key: string;
  readonly staging: Staging;
  readonly paths: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/** Unpacks into `parent`; keeps what a preview has unpacked until the import takes it. */
export class ArchiveShelf {
  readonly #parent: string;
  readonly #limits: ArchiveLimits;
  #kept: Unpacked | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(parent: string, limits: ArchiveLimits = ARCHIVE_LIMITS) {
    this.#parent = parent;
    this.#limits = limits;
  }

  /**
   * Unpacks the archives of a source; without any, nothing happens. When it fails, nothing is left.
   * @throws DenseLabError `source-damaged`, `source-unsupported`, `disk-full`, `cancelled`.
   */
  async open(source: ImportSource, options: Omit<UnpackOptions, 'limits'>): Promise<OpenedSource> {
    const plain: OpenedSource = {
      source,
      describe: (prepared) => prepared,
      explain: (error) => error,
      close: () => Promise.resolve(),
    };
    if (source.kind !== 'paths') return plain;
    const kinds = await Promise.all(source.paths.map(archiveKind));
    if (kinds.every((kind) => kind === null)) return plain;
    const key = await keyOf(source.paths);
    const unpacked = this.#take(key) ?? (await this.#unpack(key, source.paths, kinds, options));
    return {
      source: { kind: 'paths', paths: unpacked.paths },
      describe: (prepared) => ({
        ...prepared,
        source: source.paths.join(', '),
        skipped: [...unpacked.skipped, ...prepared.skipped],
      }),
      explain: (error) => explain(error, unpacked.paths, source.paths),
      close: (keep) => (keep ? this.#keep(unpacked) : unpacked.staging.discard()),
    };
  }

  /** Removes what waits. */
  async clear(): Promise<void> {
    clearTimeout(this.#timer);
    const kept = this.#kept;
    this.#kept = null;
    await kept?.staging.discard();
  }

  #take(key: string): Unpacked | null {
    const kept = this.#kept;
    if (kept?.key !== key) return null;
    clearTimeout(this.#timer);
    this.#kept = null;
    return kept;
  }

  async #keep(unpacked: Unpacked): Promise<void> {
    await this.clear();
    this.#kept = unpacked;
    this.#timer = setTimeout(() => void this.clear(), KEPT).unref();
  }

  async #unpack(
    key: string,
    given: readonly string[],
    kinds: readonly (ArchiveKind | null)[],
    options: Omit<UnpackOptions, 'limits'>,
  ): Promise<Unpacked> {
    const staging = await createStaging(this.#parent);
    try {
      const paths: string[] = [];
      const skipped: SkippedFile[] = [];
      for (const [index, path] of given.entries()) {
        const kind = kinds[index] ?? null;
        // A folder of its own, named as the archive: readers make the dataset's name of it.
        const target = join(staging.directory, String(index), stem(path));
        paths.push(kind === null ? path : target);
        if (kind === null) continue;
        await mkdir(target, { recursive: true });
        const file = await realpath(path);
        const unpacking = new Unpacking(file, (await stat(file)).size, target, { ...options, limits: this.#limits });
        if (kind === 'zip') await unpackZip(file, unpacking);
        else await unpackTar(file, kind === 'tar.gz', unpacking);
        skipped.push(...unpacking.skipped);
      }
      return { key, staging, paths, skipped };
    } catch (error) {
      await staging.discard();
      throw error;
    }
  }
}

type ArchiveKind = 'zip' | 'tar' | 'tar.gz';

/** By content; null for what is no archive, a file of NumPy arrays, and what cannot be read, of which others tell. */
async function archiveKind(path: string): Promise<ArchiveKind | null> {
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

function explain(error: unknown, unpacked: readonly string[], given: readonly string[]): unknown {
  if (!(error instanceof DenseLabError)) return error;
  const { code, message, action, detail } = error.failure;
  const renamed = (text: string): string =>
    unpacked.reduce((all, path, index) => all.replaceAll(path, given[index] ?? path), text);
  return new DenseLabError(code, renamed(message), renamed(action), detail === undefined ? undefined : renamed(detail));
}

/** Changes when a file does. */
async function keyOf(paths: readonly string[]): Promise<string> {
  const entries = await Promise.all(paths.map((path) => stat(path)));
  return JSON.stringify(paths.map((path, index) => [path, entries[index]?.size, entries[index]?.mtimeMs]));
}

/** `roses` of `roses.tar.gz`. */
function stem(path: string): string {
  return basename(path).replace(/(\.tar)?\.[A-Za-z0-9]{1,5}$/, '') || 'archive';
}
