/** Runs one import: from a prepared source to the files of a dataset, with progress. */

import { statfs } from 'node:fs/promises';
import type { ImportEvent } from '../contract/dataset.ts';
import { SPLITS } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import type { PreparedSource } from './formats/source.ts';
import { spelled, throwIfCancelled } from './formats/source.ts';
import { imageBytes } from './layout.ts';
import type { WrittenContent } from './writer.ts';
import { DatasetWriter } from './writer.ts';

/** How far an import is: the `reading` event without its id. */
export type ImportProgress = Omit<Extract<ImportEvent, { phase: 'reading' }>, 'phase' | 'importId'>;

/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

/** Tells progress at most ten times a second, so that a quick import does not flood a window. */
export class ProgressMeter {
  readonly #onProgress: (progress: ImportProgress) => void;
  readonly #title: string;
  #started = Date.now();
  #reported = 0;

  constructor(title: string, onProgress: (progress: ImportProgress) => void) {
    this.#title = title;
    this.#onProgress = onProgress;
  }

  /** Begins to measure the rate anew. */
  restart(): void {
    this.#started = Date.now();
    this.#reported = 0;
  }

  /** @param total images in all, null while they are being counted */
  report(done: number, total: number | null, skipped: number, force = false): void {
    const now = Date.now();
    if (!force && now - this.#reported < REPORT_EVERY) return;
    this.#reported = now;
    const rate = (done / Math.max(1, now - this.#started)) * 1000;
    const left = total === null ? null : Math.max(0, total - done - skipped);
    const secondsLeft = left === null || rate === 0 ? null : left / rate;
    this.#onProgress({ title: this.#title, done, total, skipped, rate, secondsLeft });
  }
}

/**
 * Writes all images of a source into a folder.
 * @throws DenseLabError `cancelled`, `disk-full`, `dataset-empty`, `dataset-single-class`, and what the reader throws.
 */
export async function writeContent(
  source: PreparedSource,
  directory: string,
  meter: ProgressMeter,
  signal: AbortSignal,
): Promise<WrittenContent> {
  await expectRoom(source, directory);
  const writer = new DatasetWriter(directory, source);
  try {
    meter.restart();
    await writer.skip(source.skipped);
    for await (const batch of source.batches(signal)) {
      throwIfCancelled(signal);
      await writer.append(batch);
      meter.report(writer.images, source.total, writer.skippedCount - source.skipped.length);
    }
    throwIfCancelled(signal);
    const content = await writer.finish();
    meter.report(content.images, source.total, content.skippedCount, true);
    checkContent(source, content);
    return content;
  } finally {
    await writer.close();
  }
}

/** Says so before the disk is full, not after. */
async function expectRoom(source: PreparedSource, directory: string): Promise<void> {
  const needed = source.total * (imageBytes(source) + 2);
  const { bavail, bsize } = await statfs(directory);
  if (needed <= bavail * bsize) return;
  throw new DenseLabError(
    'disk-full',
    `${source.suggestedName} needs ${spelled(Math.ceil(needed / 1e6))} MB, but only ${spelled(Math.floor((bavail * bsize) / 1e6))} MB are free where the DenseLab data folder lies.`,
    'Free some space, or choose a smaller image size.',
  );
}

/** What was readable must still be something to learn from. */
function checkContent(source: PreparedSource, content: WrittenContent): void {
  const trained = content.splits.train;
  const used = trained.perClass.filter((images) => images > 0).length;
  if (trained.images === 0) {
    const [first] = content.skipped;
    throw new DenseLabError(
      'dataset-empty',
      `No image of ${source.source} can be used for training.`,
      first === undefined
        ? 'Choose a folder with images.'
        : `The first file that was skipped: ${first.path}: ${first.reason}.`,
      content.skipped
        .slice(0, 50)
        .map((file) => `${file.path}: ${file.reason}`)
        .join('\n'),
    );
  }
  if (used < 2) {
    const left = source.classNames[trained.perClass.findIndex((images) => images > 0)] ?? '';
    throw new DenseLabError(
      'dataset-single-class',
      `Of all classes in ${source.source}, only "${left}" has images that can be read.`,
      'A network needs at least two classes to tell apart.',
    );
  }
  if (SPLITS.every((split) => split === 'train' || content.splits[split].images === 0)) {
    throw new DenseLabError(
      'dataset-empty',
      `${source.source} leaves no image to test with.`,
      'Add images: each class needs at least two.',
    );
  }
}
