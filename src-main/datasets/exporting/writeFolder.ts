/** Writes a version as `SPLIT/CLASS/00042.png`, which an import reads back pixel by pixel. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS } from '../../contract/dataset.ts';
import { throwIfCancelled } from '../formats/source.ts';
import { mapInOrder } from '../formats/window.ts';
import { imageBytes } from '../layout.ts';
import { streamPixels } from '../versions/pixelStream.ts';
import type { ExportTarget } from './exportVersion.ts';
import { folderNames } from './folderNames.ts';
import { encodePng } from './png.ts';

/** Files that are written at a time. */
const IN_FLIGHT = 16;

/** Fills an empty folder. Splits without images get none. */
export async function writeFolder({ version, directory, signal, onImages }: ExportTarget): Promise<void> {
  const { detail, content } = version;
  const classes = folderNames(detail.classNames);
  let first = 0;
  for (const split of SPLITS) {
    const { images } = detail.splits[split];
    if (images === 0) continue;
    for (const name of classes) await mkdir(join(directory, split, name), { recursive: true });
    const digits = Math.max(5, String(images - 1).length);
    const labels = content.labels.subarray(first, first + images);
    const positions = content.positions.subarray(first, first + images);
    const pathOf = (image: number): string =>
      join(directory, split, classes[labels[image] ?? 0] ?? '', `${String(image).padStart(digits, '0')}.png`);
    const bytes = imageBytes(detail);
    for await (const piece of streamPixels(version.directory, bytes, positions)) {
      const numbers = Array.from({ length: piece.count }, (_, index) => index);
      const written = mapInOrder(numbers, IN_FLIGHT, async (index) => {
        const image = piece.pixels.subarray(index * bytes, (index + 1) * bytes);
        await writeFile(pathOf(piece.first + index), await encodePng(image, detail), { flag: 'wx' });
      });
      for await (const _ of written) {
        throwIfCancelled(signal);
        onImages(1);
      }
    }
    first += images;
  }
}
