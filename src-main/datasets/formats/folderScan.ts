/** Looks at every file of every class, at its header only. */

import { join } from 'node:path';
import type { SkippedFile, Split } from '../../contract/dataset.ts';
import type { ClassFolder } from './folderClasses.ts';
import { walkFiles } from './folderTree.ts';
import { probeImage, type ProbedImage } from './probeImage.ts';
import type { PrepareOptions } from './source.ts';
import { mapInOrder } from './window.ts';

/** Files whose headers are read at the same time. */
const AT_ONCE = 32;
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
  const probe = await probeImage(join(folder.directory, inside.slice(folder.inside.length + 1)));
  if (!probe.ok) return { skipped: { path: inside, reason: probe.reason, remedy: probe.remedy } };
  const { split, className } = folder;
  return { found: { ...probe.image, split, className, inside } };
}

/** Size after the EXIF orientation is applied: 5 to 8 lie on their side. */
export function uprightSize({ height, width, orientation }: FoundImage): { height: number; width: number } {
  return orientation >= 5 ? { height: width, width: height } : { height, width };
}
