/** Writes one dataset as its images stream by; memory does not grow with their number. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { SkippedFile, Split, SplitSummary } from '../contract/dataset.ts';
import { SPLITS } from '../contract/dataset.ts';
import type { SplitStatistics } from '../contract/datasetVersion.ts';
import type { ImageBatch, PreparedSource } from './formats/source.ts';
import { FILES, imageBytes } from './layout.ts';
import type { PixelStatistics } from './statistics.ts';
import { createPixelCounter } from './statistics.ts';
import { bytesOfUint16, bytesOfUint32 } from './versions/littleEndian.ts';
import { describeSplit, finishHash, SizeCounts } from './versions/measure.ts';

/** Skipped files that the description itself lists. */
const LISTED_SKIPPED = 1000;

/** What was written. */
export interface WrittenContent extends PixelStatistics {
  readonly splits: Readonly<Record<Split, SplitSummary>>;
  readonly images: number;
  readonly skippedCount: number;
  readonly skipped: readonly SkippedFile[];
  readonly contentHash: string;
  readonly statistics: Readonly<Record<Split, SplitStatistics>>;
}

/** Writes the files of one dataset into an empty folder. */
export class DatasetWriter {
  readonly #directory: string;
  readonly #source: PreparedSource;
  readonly #files = new Map<string, FileHandle>();
  readonly #hash = createHash('sha256');
  readonly #pixels;
  readonly #sizes: Readonly<Record<Split, SizeCounts>> = {
    train: new SizeCounts(),
    validation: new SizeCounts(),
    test: new SizeCounts(),
  };
  readonly #perClass: Readonly<Record<Split, number[]>>;
  readonly #skipped: SkippedFile[] = [];
  #skippedCount = 0;
  #images = 0;
  #originBytes = 0;
  #split: Split = 'train';
  /** Whether this source tells sizes; null before its first batch. */
  #tellsSizes: boolean | null = null;

  constructor(directory: string, source: PreparedSource) {
    this.#directory = directory;
    this.#source = source;
    const counter = () => createPixelCounter(source.channels);
    this.#pixels = { train: counter(), validation: counter(), test: counter() };
    const none = (): number[] => source.classNames.map(() => 0);
    this.#perClass = { train: none(), validation: none(), test: none() };
  }

  /** Images written so far. */
  get images(): number {
    return this.#images;
  }

  /** Files left out so far. */
  get skippedCount(): number {
    return this.#skippedCount;
  }

  /** Adds images; splits come in the order of `SPLITS`. */
  async append(batch: ImageBatch): Promise<void> {
    await this.skip(batch.skipped);
    if (batch.labels.length === 0) return;
    this.#checkBatch(batch);
    await this.#write(FILES.images, batch.pixels);
    await this.#write(FILES.labels, bytesOfUint16(batch.labels));
    if (batch.origins !== null) await this.#writeOrigins(batch.origins);
    if (batch.sourceSizes !== null) await this.#write(FILES.sourceSizes, bytesOfUint32(batch.sourceSizes));
    this.#hash.update(batch.pixels);
    this.#pixels[batch.split].add(batch.pixels);
    this.#countSizes(batch);
    const perClass = this.#perClass[batch.split];
    for (const label of batch.labels) perClass[label] = (perClass[label] ?? 0) + 1;
    this.#images += batch.labels.length;
  }

  /** Records files that were left out. */
  async skip(files: readonly SkippedFile[]): Promise<void> {
    if (files.length === 0) return;
    this.#skippedCount += files.length;
    this.#skipped.push(...files.slice(0, LISTED_SKIPPED - this.#skipped.length));
    await this.#write(FILES.skipped, Buffer.from(files.map((file) => `${JSON.stringify(file)}\n`).join('')));
  }

  /** Makes every file durable and tells what they hold. */
  async finish(): Promise<WrittenContent> {
    // Both files belong to every dataset, also to one that turns out to be empty.
    await this.#file(FILES.images);
    await this.#file(FILES.labels);
    for (const file of this.#files.values()) await file.sync();
    await this.close();
    const splits = {
      train: this.#summary('train'),
      validation: this.#summary('validation'),
      test: this.#summary('test'),
    };
    return {
      splits,
      images: this.#images,
      skippedCount: this.#skippedCount,
      skipped: this.#skipped,
      contentHash: await this.#contentHash(splits),
      statistics: {
        train: this.#statistics('train'),
        validation: this.#statistics('validation'),
        test: this.#statistics('test'),
      },
      ...this.#pixels.train.statistics(),
    };
  }

  /** Lets go of all files. */
  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.map((file) => file.close()));
  }

  #summary(split: Split): SplitSummary {
    const perClass = this.#perClass[split];
    return { images: perClass.reduce((sum, images) => sum + images, 0), perClass };
  }

  #statistics(split: Split): SplitStatistics {
    return describeSplit(this.#summary(split), this.#pixels[split].statistics(), this.#sizes[split]);
  }

  #countSizes({ split, sourceSizes }: ImageBatch): void {
    if (sourceSizes === null) return;
    for (let at = 0; at < sourceSizes.length; at += 2)
      this.#sizes[split].add(sourceSizes[at] ?? 0, sourceSizes[at + 1] ?? 0);
  }

  /** SHA-256 over all pixels, then all labels as stored, then shape, class names and counts as JSON. */
  async #contentHash(splits: WrittenContent['splits']): Promise<string> {
    for await (const chunk of createReadStream(join(this.#directory, FILES.labels))) {
      this.#hash.update(asBytes(chunk));
    }
    return finishHash(this.#hash, { ...this.#source, splits });
  }

  #checkBatch({ split, labels, pixels, origins, sourceSizes }: ImageBatch): void {
    const wrongOrder = SPLITS.indexOf(split) < SPLITS.indexOf(this.#split);
    const wrongLength = pixels.length !== labels.length * imageBytes(this.#source);
    const wrongOrigins = origins !== null && origins.length !== labels.length;
    const tellsSizes = sourceSizes !== null;
    this.#tellsSizes ??= tellsSizes;
    const wrongSizes =
      tellsSizes !== this.#tellsSizes || (sourceSizes !== null && sourceSizes.length !== labels.length * 2);
    const wrongLabel = labels.some((label) => label >= this.#source.classNames.length);
    if (wrongOrder || wrongLength || wrongOrigins || wrongSizes || wrongLabel) {
      throw new Error(`the ${this.#source.format} reader yielded an inconsistent batch of ${split}`);
    }
    this.#split = split;
  }

  async #writeOrigins(origins: readonly string[]): Promise<void> {
    const lines = origins.map((origin) => Buffer.from(`${JSON.stringify(origin)}\n`));
    const offsets = Buffer.alloc(lines.length * 8);
    lines.forEach((line, index) => {
      offsets.writeBigUInt64LE(BigInt(this.#originBytes), index * 8);
      this.#originBytes += line.length;
    });
    await this.#write(FILES.origins, Buffer.concat(lines));
    await this.#write(FILES.originOffsets, offsets);
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#file(name);
    // A single write may take less than it was given, when the disk is nearly full.
    for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done)).bytesWritten;
  }

  async #file(name: string): Promise<FileHandle> {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = await open(join(this.#directory, name), 'wx');
    this.#files.set(name, file);
    return file;
  }
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new Error('a file yielded text instead of bytes');
}
