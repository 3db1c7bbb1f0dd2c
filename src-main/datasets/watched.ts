/** Says so when a file was written while it was read: what came in would be neither the old content nor the new. */

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import type { FoundSource } from './formats/format.ts';
import type { ImageBatch, PreparedSource } from './formats/source.ts';

/**
 * The dataset, whose files are looked at before they are read and after the last image. Files in folders are not: decoders look
 * at each of them.
 * @throws (the batches, at their end) DenseLabError `source-damaged`
 */
export function watched(found: FoundSource): FoundSource {
  return {
    ...found,
    prepare: async (options) => {
      const before = await statesOf(found.uses);
      const prepared = await found.prepare(options);
      return { ...prepared, batches: (signal) => untilTheEnd(prepared, found.uses, before, signal) };
    },
  };
}

async function* untilTheEnd(
  prepared: PreparedSource,
  files: readonly string[],
  before: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<ImageBatch, void, undefined> {
  yield* prepared.batches(signal);
  const after = await statesOf(files);
  const changed = files.find((_, index) => before[index] !== after[index]);
  if (changed === undefined) return;
  throw new DenseLabError(
    'source-damaged',
    `${basename(changed)} was changed while it was imported.`,
    'Import it again when nothing writes to it.',
    changed,
  );
}

/** Size and time of each file; nothing of folders, and of what is gone that it is. */
async function statesOf(paths: readonly string[]): Promise<readonly string[]> {
  const states: string[] = [];
  for (const path of paths) {
    const entry = await stat(path).catch(() => null);
    states.push(entry === null ? 'gone' : entry.isFile() ? `${String(entry.size)} ${String(entry.mtimeMs)}` : '');
  }
  return states;
}
