/** Files that are there whole or not at all, whatever happens while they are written. */

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Marks a file that is being written; a leftover of a crash is removed by the next write to the same folder. */
const UNFINISHED = '.unfinished';

/**
 * Writes `chunks` one after another to `path`: into a temporary file beside it, then fsync, rename, fsync of the folder.
 * A failure (Node's own error) leaves the folder as it was. Returns size in bytes and SHA-256 (hex).
 */
export function writeDurably(path: string, chunks: readonly Uint8Array[]): { bytes: number; sha256: string } {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  removeUnfinished(folder);
  const temporary = path + UNFINISHED;
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const file = openSync(temporary, 'wx');
    try {
      for (const chunk of chunks) {
        writeFully(file, chunk);
        hash.update(chunk);
        bytes += chunk.length;
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
  return { bytes, sha256: hash.digest('hex') };
}

/** A single write may take less than it was given (a nearly full disk, a signal). */
function writeFully(file: number, chunk: Uint8Array): void {
  for (let offset = 0; offset < chunk.length;) offset += writeSync(file, chunk, offset);
}

/** Makes the rename itself durable; Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(UNFINISHED)) rmSync(join(folder, name), { force: true });
  }
}
