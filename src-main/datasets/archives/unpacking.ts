/** The folder that an archive is unpacked into: new files only, inside it only, and not more than the limits allow. */

import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { SkippedFile } from '../../contract/dataset.ts';
import { DenseLabError } from '../../contract/errors.ts';
import { unsupportedFile } from '../formats/byteStream.ts';
import { SNIFFED_BYTES } from '../formats/magic.ts';
import { codeOf, isSystemName, MADE_BY_SYSTEM } from '../formats/folderTree.ts';
import { spelled, throwIfCancelled } from '../formats/source.ts';
import { mayBeArchive } from './archiveKind.ts';
import { entryPath } from './entryPath.ts';

/** What an archive may come to. */
export interface ArchiveLimits {
  /** Entries, folders and what is skipped among them. */
  readonly entries: number;
  /** Bytes of all files. */
  readonly bytes: number;
  /** Bytes for each byte of the archive; arrays of zeros shrink to a thousandth, real data to a tenth. */
  readonly ratio: number;
  /** Bytes up to which the ratio does not matter. */
  readonly free: number;
}

/** Limits of imports. */
export const ARCHIVE_LIMITS: ArchiveLimits = { entries: 5_000_000, bytes: 2 ** 38, ratio: 200, free: 2 ** 30 };

/** Bytes between two looks at the free space of the disk. */
const LOOK_EVERY = 64 * 1024 * 1024;
/** Bytes that stay free. */
const KEPT_FREE = 256 * 1024 * 1024;

/** What a person sees of it. */
export interface UnpackOptions {
  readonly signal: AbortSignal;
  readonly limits: ArchiveLimits;
  readonly onCounted: (found: number, skipped: number) => void;
}

/** One archive on its way into a folder. */
export class Unpacking {
  readonly skipped: SkippedFile[] = [];
  /** Names of files that may be archives themselves. */
  readonly packed: string[] = [];
  readonly #archive: string;
  readonly #archiveBytes: number;
  readonly #directory: string;
  readonly #options: UnpackOptions;
  #outer: { readonly unpacking: Unpacking; readonly name: string } | null = null;
  readonly #made = new Set<string>();
  readonly #ofSystem = new Set<string>();
  /** Of the archive with those in it. */
  #spent = { entries: 0, files: 0, bytes: 0, looked: 0 };

  /** @param directory an empty folder of our own */
  constructor(archive: string, archiveBytes: number, directory: string, options: UnpackOptions) {
    this.#archive = archive;
    this.#archiveBytes = archiveBytes;
    this.#directory = directory;
    this.#options = options;
  }

  /** Where a file of this name was written. */
  pathOf(name: string): string {
    const path = entryPath(name);
    if (!path.ok) throw new Error(`${name} was never written`);
    return join(this.#directory, ...path.parts);
  }

  /** For an archive among its files: what both come to counts together, and what is skipped is told here. */
  within(name: string, directory: string): Unpacking {
    const inner = new Unpacking(this.#archive, this.#archiveBytes, directory, this.#options);
    inner.#spent = this.#spent;
    inner.#outer = { unpacking: this, name };
    return inner;
  }

  /** Leaves an entry out. */
  skip(path: string, reason: string, remedy = 'Nothing'): void {
    if (this.#outer !== null) return this.#outer.unpacking.skip(`${this.#outer.name}/${path}`, reason, remedy);
    // Names may hold anything; what is shown of them is one line.
    this.skipped.push({ path: path.slice(0, 1024), reason, remedy });
  }

  /**
   * Counts an entry, whatever becomes of it.
   * @throws DenseLabError `source-unsupported`, `cancelled`.
   */
  count(): void {
    throwIfCancelled(this.#options.signal);
    if (++this.#spent.entries > this.#options.limits.entries) {
      throw this.#refuse(`has more than ${spelled(this.#options.limits.entries)} entries`);
    }
    this.#options.onCounted(this.#spent.files, this.skipped.length);
  }

  /** Makes a folder of the archive, that a class without images is told. */
  async folder(name: string): Promise<void> {
    const path = entryPath(name);
    if (!path.ok) return this.skip(name, path.reason);
    if (!this.#isOfSystem(path.parts)) await this.#makeFolder(name, path.parts);
  }

  /**
   * Writes one file from its chunks; a file that cannot be made is skipped, one whose chunks fail is removed.
   * @throws DenseLabError `source-unsupported`, `disk-full`, `cancelled`, and what the chunks throw.
   */
  async file(name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const path = entryPath(name);
    if (!path.ok) return this.skip(name, path.reason);
    if (this.#isOfSystem(path.parts)) return;
    if (!(await this.#makeFolder(name, path.parts.slice(0, -1)))) return;
    const target = join(this.#directory, ...path.parts);
    const file = await this.#create(name, target);
    if (file === null) return;
    let isWhole = false;
    let head = Buffer.alloc(0);
    try {
      for await (const chunk of chunks) {
        if (head.length < SNIFFED_BYTES) {
          head = Buffer.concat([head, chunk.subarray(0, SNIFFED_BYTES - head.length)]);
        }
        await this.#grow(chunk.length);
        for (let done = 0; done < chunk.length;) done += (await file.write(chunk, done)).bytesWritten;
      }
      isWhole = true;
      this.#spent.files++;
      if (mayBeArchive(head)) this.packed.push(name);
    } finally {
      await file.close();
      if (!isWhole) await rm(target, { force: true });
    }
  }

  /** What macOS packs beside the files is told once for each folder. */
  #isOfSystem(parts: readonly string[]): boolean {
    const at = parts.findIndex(isSystemName);
    if (at < 0) return false;
    const path = parts.slice(0, at + 1).join('/');
    if (!this.#ofSystem.has(path)) this.skip(path, MADE_BY_SYSTEM.reason, MADE_BY_SYSTEM.remedy);
    this.#ofSystem.add(path);
    return true;
  }

  /** Never writes over anything, nor through a link: names that a disk takes for one name are told. */
  async #create(name: string, target: string): Promise<FileHandle | null> {
    try {
      return await open(target, 'wx');
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST' || code === 'EISDIR') {
        this.skip(name, 'Another entry has the same name', 'Rename one of them');
      } else if (code === 'ENAMETOOLONG' || code === 'EINVAL' || code === 'ENOENT') {
        this.skip(name, `Its name cannot be written here (${code})`, 'Rename it');
      } else throw error;
      return null;
    }
  }

  async #makeFolder(name: string, parts: readonly string[]): Promise<boolean> {
    const directory = join(this.#directory, ...parts);
    if (this.#made.has(directory)) return true;
    try {
      await mkdir(directory, { recursive: true });
      this.#made.add(directory);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG' && code !== 'EINVAL') throw error;
      this.skip(name, 'A file has the name of its folder', 'Rename one of them');
      return false;
    }
  }

  /** Stops before more is written than there should be. */
  async #grow(bytes: number): Promise<void> {
    throwIfCancelled(this.#options.signal);
    const spent = this.#spent;
    spent.bytes += bytes;
    const { limits } = this.#options;
    if (spent.bytes > limits.bytes) throw this.#refuse(`unpacks to more than ${spelled(limits.bytes / 2 ** 20)} MB`);
    if (spent.bytes > limits.free && spent.bytes > this.#archiveBytes * limits.ratio) {
      throw this.#refuse(`unpacks to more than ${spelled(limits.ratio)} times its own size`);
    }
    if (spent.bytes - spent.looked < LOOK_EVERY) return;
    spent.looked = spent.bytes;
    const { bavail, bsize } = await statfs(this.#directory);
    if (bavail * bsize > KEPT_FREE) return;
    throw new DenseLabError(
      'disk-full',
      `The disk of the DenseLab data folder is too full to unpack ${this.#archive}.`,
      'Free some space, or unpack it elsewhere and import the folder.',
    );
  }

  #refuse(what: string): DenseLabError {
    return unsupportedFile(this.#archive, what, 'Unpack it yourself if you trust it, and import the folder.');
  }
}
