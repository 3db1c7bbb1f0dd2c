/** Looks at one image file, at its header only. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { codeOf } from './folderTree.ts';
import type { HeaderOutcome, ImageHeader } from './headerOutcome.ts';
import { readImageHeader } from './imageHeader.ts';

/** Largest file that is read. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Where O_NOFOLLOW and O_NONBLOCK exist, a file that became a link or a pipe since it was listed does no harm. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A file that is worth decoding. */
export interface ProbedImage extends ImageHeader {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Fetches the bytes of an image that lies inside another file; absent for a file of its own. */
  readonly content?: () => Promise<Uint8Array>;
}

/** An image, or what is wrong with the file, in a few words. */
export type ImageProbe =
  | { readonly ok: true; readonly image: ProbedImage }
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

/** Reads the header of a file; never throws for what is in it. It waits for the disk: the decoder processes call it. */
export async function probeImage(path: string): Promise<ImageProbe> {
  let file: number | undefined;
  try {
    file = openSync(path, OPEN_FLAGS);
    const entry = fstatSync(file);
    if (!entry.isFile()) return { ok: false, reason: 'Not a file any more', remedy: 'Check the path' };
    if (entry.size > MOST_BYTES) return { ok: false, reason: 'Larger than 512 MB', remedy: 'Make it smaller' };
    const outcome = await headerOf(file);
    if (!outcome.ok) return outcome;
    return { ok: true, image: { ...outcome.header, path, bytes: entry.size, modifiedMs: entry.mtimeMs } };
  } catch (error) {
    return { ok: false, reason: `Cannot be read (${codeOf(error)})`, remedy: 'Check the file and its permissions' };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function headerOf(file: number): Promise<HeaderOutcome> {
  return readImageHeader((position, length) => {
    const bytes = Buffer.alloc(length);
    return Promise.resolve(bytes.subarray(0, readSync(file, bytes, 0, length, position)));
  });
}
