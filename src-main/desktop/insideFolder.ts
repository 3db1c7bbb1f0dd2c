/** What of a folder may be served. */

import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** The real path of a requested file when it lies inside `root`; null otherwise. */
export async function resolveInside(root: string, pathname: string): Promise<string | null> {
  try {
    const decoded = decodeURIComponent(pathname);
    if (decoded.includes('\0') || decoded.includes('\\')) return null;
    const base = await realpath(root);
    const target = await realpath(path.join(base, decoded));
    return target.startsWith(base + path.sep) ? target : null;
  } catch {
    return null;
  }
}
