/** What was found of duplicates, kept beside the pixels: it holds for every version, since versions share them. */

import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { FoundDuplicates } from './duplicates.ts';

const NAME = 'duplicates.json';
/** Grows with every change of how duplicates are found; what an older way has found is found anew. */
const METHOD = 3;

const place = z.int().nonnegative();
const file = z.strictObject({
  method: z.literal(METHOD),
  exact: z.array(z.array(place).min(2)),
  near: z.array(z.tuple([place, place])),
});

/** What was found; null while nobody has looked, or by another method. */
export async function readDuplicates(directory: string): Promise<FoundDuplicates | null> {
  try {
    const parsed = file.safeParse(JSON.parse(await readFile(join(directory, NAME), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // It can be found again, so what is wrong with the file does not matter.
    return null;
  }
}

/** Keeps what was found: the whole of it, or nothing. */
export async function writeDuplicates(directory: string, found: FoundDuplicates): Promise<void> {
  const path = join(directory, NAME);
  const temporary = `${path}.new`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(JSON.stringify({ method: METHOD, ...found }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
