/** Looks at every file of every class, at its header only. */

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { SkippedFile, Split } from '../../contract/dataset.ts';
import type { ClassFolder } from './folderClasses.ts';
import { codeOf, walkFiles } from './folderTree.ts';
import type { HeaderOutcome, ImageHeader } from './imageHeader.ts';
import { readImageHeader } from './imageHeader.ts';
import type { PrepareOptions } from './source.ts';
import { mapInOrder } from './window.ts';

/** Files whose headers are read at the same time. */
const AT_ONCE = 32;
/** Largest file that is read. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Where O_NOFOLLOW and O_NONBLOCK exist, a file that became a link or a pipe since it was listed does no harm. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** An image that is worth decoding. */
export interface FoundImage extends ImageHeader {
  readonly split: Split | null;
  readonly className: string;
  /** Path inside the source. */
  readonly inside: string;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

type Probe = { readonly found: FoundImage } | { readonly skipped: SkippedFile };

/** All images of the class folders, in stored order within each, and what is left out. */
export async function scanImages(
  folders: readonly ClassFolder[],
  options: PrepareOptions,
  skipped: SkippedFile[],
): Promise<FoundImage[]> {
  const images: FoundImage[] = [];
  for (const folder of folders) {
    const [imagesBefore, skippedBefore] = [images.length, skipped.length];
    const files = walkFiles(folder.directory, folder.inside, (file) => skipped.push(file), options.signal);
    for await (const probe of mapInOrder(files, AT_ONCE, (inside) => probeFile(folder, inside))) {
      if ('found' in probe) images.push(probe.found);
      else skipped.push(probe.skipped);
      options.onCounted(images.length, skipped.length);
    }
    const isTold = skipped.slice(skippedBefore).some((file) => file.path === folder.inside);
    if (images.length === imagesBefore && !isTold) {
      skipped.push({ path: folder.inside, reason: 'Folder without images', remedy: 'Add images, or remove it' });
    }
  }
  return images;
}

async function probeFile(folder: ClassFolder, inside: string): Promise<Probe> {
  const path = join(folder.directory, inside.slice(folder.inside.length + 1));
  let file: FileHandle | undefined;
  try {
    file = await open(path, OPEN_FLAGS);
    const entry = await file.stat();
    if (!entry.isFile()) return skip(inside, 'Not a file any more', 'Nothing');
    if (entry.size > MOST_BYTES) return skip(inside, 'Larger than 512 MB', 'Make it smaller');
    const outcome = await headerOf(file);
    if (!outcome.ok) return skip(inside, outcome.reason, outcome.remedy);
    const { split, className } = folder;
    const { size: bytes, mtimeMs: modifiedMs } = entry;
    return { found: { ...outcome.header, split, className, inside, path, bytes, modifiedMs } };
  } catch (error) {
    return skip(inside, `Cannot be read (${codeOf(error)})`, 'Check the file and its permissions');
  } finally {
    await file?.close();
  }
}

function headerOf(file: FileHandle): Promise<HeaderOutcome> {
  return readImageHeader(async (position, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  });
}

function skip(path: string, reason: string, remedy: string): Probe {
  return { skipped: { path, reason, remedy } };
}
