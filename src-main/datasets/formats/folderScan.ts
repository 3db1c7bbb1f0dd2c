/** Looks at every file of every class, at its header only. */

import { join } from 'node:path';
import type { SkippedFile, Split } from '../../contract/dataset.ts';
import type { DecodeSession, ImageDecoder } from '../decoding.ts';
import type { ClassFolder } from './folderClasses.ts';
import { walkFiles } from './folderTree.ts';
import type { ProbedImage } from './probeImage.ts';
import type { PrepareOptions } from './source.ts';
import { mapInOrder } from './window.ts';

/** An image that is worth decoding. */
export interface FoundImage extends ProbedImage {
  readonly split: Split | null;
  readonly className: string;
  /** Path inside the source. */
  readonly inside: string;
}

type Probe = { readonly found: FoundImage } | { readonly skipped: SkippedFile };

/** All images of the class folders, in stored order within each, and what is left out. */
export async function scanImages(
  folders: readonly ClassFolder[],
  decoder: ImageDecoder,
  options: PrepareOptions,
  skipped: SkippedFile[],
): Promise<FoundImage[]> {
  const session = decoder.open();
  const abort = (): void => session.close();
  options.signal.addEventListener('abort', abort);
  try {
    return await scanFolders(folders, session, options, skipped);
  } finally {
    options.signal.removeEventListener('abort', abort);
    session.close();
  }
}

async function scanFolders(
  folders: readonly ClassFolder[],
  session: DecodeSession,
  options: PrepareOptions,
  skipped: SkippedFile[],
): Promise<FoundImage[]> {
  const images: FoundImage[] = [];
  for (const folder of folders) {
    const [imagesBefore, skippedBefore] = [images.length, skipped.length];
    const files = walkFiles(folder.directory, folder.inside, (file) => skipped.push(file), options.signal);
    for await (const probe of mapInOrder(files, session.inFlight, (inside) => probeFile(session, folder, inside))) {
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

async function probeFile(session: DecodeSession, folder: ClassFolder, inside: string): Promise<Probe> {
  const probe = await session.probe(join(folder.directory, inside.slice(folder.inside.length + 1)));
  if (!probe.ok) return { skipped: { path: inside, reason: probe.reason, remedy: probe.remedy } };
  const { split, className } = folder;
  return { found: { ...probe.image, split, className, inside } };
}

/** Size after the EXIF orientation is applied: 5 to 8 lie on their side. */
export function uprightSize({ height, width, orientation }: FoundImage): { height: number; width: number } {
  return orientation >= 5 ? { height: width, width: height } : { height, width };
}
