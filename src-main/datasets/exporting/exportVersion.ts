/** Exports a version: to a place beside the final one, which it then takes at once, so that nothing half-written is ever there. */

import { link, mkdir, readdir, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { DatasetExportFormat } from '../../contract/datasetVersion.ts';
import { assertNever, DenseLabError } from '../../contract/errors.ts';
import { ProgressMeter, type ImportProgress } from '../importing.ts';
import { createStaging, removeStale } from '../staging.ts';
import type { Searched } from '../versions/selection.ts';
import { safeName } from './folderNames.ts';
import { writeArrays } from './writeArrays.ts';
import { writeFolder } from './writeFolder.ts';

/** What a format writes, and where. */
export interface ExportTarget {
  readonly version: Searched;
  /** An empty folder. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Told how many more images are written. */
  readonly onImages: (count: number) => void;
}

/** How an export is watched and ended. */
export interface ExportOptions {
  readonly format: DatasetExportFormat;
  /** Where to: a new or empty folder is taken itself by a folder of images; anything else is made inside, by the dataset's name. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/**
 * Writes a version.
 * @returns the folder or file that was made, absolute
 * @throws DenseLabError `output-exists`, `path-unreadable`, `disk-full`, `cancelled`, `dataset-damaged`, with nothing left behind
 */
export async function exportVersion(version: Searched, options: ExportOptions): Promise<string> {
  const { name } = version.detail;
  const given = resolve(options.directory);
  const isFree = await isNewOrEmpty(given);
  const target =
    options.format === 'npz' ? join(given, `${safeName(name)}.npz`) : isFree ? given : join(given, safeName(name));
  if (target !== given && (await exists(target))) throw taken(target);
  const made = await mkdir(dirname(target), { recursive: true });
  try {
    await write(version, target, options);
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw options.signal.aborted ? cancelled() : error;
  }
  return target;
}

async function write(version: Searched, target: string, { format, signal, onProgress }: ExportOptions): Promise<void> {
  if (signal.aborted) throw cancelled();
  const { name, images } = version.detail;
  const parent = dirname(target);
  await removeStale(parent);
  const staging = await createStaging(parent);
  const meter = new ProgressMeter(name, onProgress);
  let done = 0;
  const onImages = (count: number): void => {
    done += count;
    meter.report(done, images, 0);
  };
  const task = { version, directory: staging.directory, signal, onImages };
  try {
    switch (format) {
      case 'folder':
        await writeFolder(task);
        if (signal.aborted) throw cancelled();
        if (await exists(target)) await rmdir(target).catch(() => Promise.reject(taken(target)));
        if (!(await staging.moveTo(target))) throw taken(target);
        break;
      case 'npz':
        await writeArrays(task, 'arrays.npz');
        if (signal.aborted) throw cancelled();
        await moveFile(join(staging.directory, 'arrays.npz'), target);
        break;
      default:
        return assertNever(format);
    }
    meter.report(images, images, 0, true);
  } finally {
    await staging.discard();
  }
}

/** Links and unlinks, since a rename would replace a file that came meanwhile. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? taken(to) : error;
  }
  await unlink(from);
}

async function isNewOrEmpty(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length === 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error instanceof Error && 'code' in error && error.code === 'ENOTDIR' ? taken(directory) : error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function taken(path: string): DenseLabError {
  return new DenseLabError('output-exists', `There is already something at ${path}.`, 'Choose another folder.');
}

function cancelled(): DenseLabError {
  return new DenseLabError('cancelled', 'The export was cancelled.', 'Start it again when you like.');
}
