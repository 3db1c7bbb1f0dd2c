/** Folders for tests: written from a description, and compared afterwards. */

import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An empty folder of its own, and the function that removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'denselab-datasets-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes files by their paths below `root`. */
export function writeTree(root: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

/** Every path below `root` with a digest of what is there: equal before and after means untouched. */
export function fingerprint(root: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const entry = lstatSync(join(root, path));
    if (entry.isFile())
      found[path] = createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex');
    else found[path] = entry.isSymbolicLink() ? `-> ${readlinkSync(join(root, path))}` : 'folder or other';
  }
  return found;
}
