/** Tells ZIP archives by their first bytes. */

import { open, stat } from 'node:fs/promises';
import { sniff, SNIFFED_BYTES } from '../datasets/formats/magic.ts';

/** Whether a path is a file that begins as a ZIP archive does. */
export async function isZip(path: string): Promise<boolean> {
  if (!(await stat(path)).isFile()) return false;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    return sniff(buffer.subarray(0, bytesRead)).kind === 'zip';
  } finally {
    await file.close();
  }
}
