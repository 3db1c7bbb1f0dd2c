/** Archives among what was given to import: unpacked into a folder of their own, and then read as any folder. */

import { mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportSource, SkippedFile } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { PreparedSource } from '../formats/source.ts';
import type { Staging } from '../staging.ts';
import { createStaging } from '../staging.ts';
import type { ArchiveKind } from './archiveKind.ts';
import { archiveKind } from './archiveKind.ts';
import { stem, unpackAll } from './nested.ts';
import type { ArchiveLimits, UnpackOptions } from './unpacking.ts';
import { ARCHIVE_LIMITS, Unpacking } from './unpacking.ts';

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
        await unpackAll(file, kind, unpacking, staging.directory);
        for (const file of unpacking.skipped) skipped.push(file);
      }
      return { key, staging, paths, skipped };
    } catch (error) {
      await staging.discard();
      throw error;
    }
  }
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
