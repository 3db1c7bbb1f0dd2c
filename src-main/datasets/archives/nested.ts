/** Unpacks an archive with the archives in it, as Kaggle packs them: one level of them, within the limits of the whole. */

import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DenseLabError } from '../../contract/errors.ts';
import type { ArchiveKind } from './archiveKind.ts';
import { archiveKind } from './archiveKind.ts';
import { unpackTar } from './tar.ts';
import type { Unpacking } from './unpacking.ts';
import { unpackZip } from './zip.ts';

/**
 * Unpacks everything.
 * @param aside a folder for inner archives on their way
 * @throws DenseLabError `source-damaged`, `source-unsupported`, `disk-full`, `cancelled`.
 */
export async function unpackAll(path: string, kind: ArchiveKind, unpacking: Unpacking, aside: string): Promise<void> {
  await unpackOne(path, kind, unpacking);
  for (const name of unpacking.packed) {
    const inner = unpacking.pathOf(name);
    const innerKind = await archiveKind(inner);
    if (innerKind !== null) await unpackInner(name, innerKind, unpacking, aside);
  }
}

async function unpackOne(path: string, kind: ArchiveKind, unpacking: Unpacking): Promise<void> {
  if (kind === 'zip') await unpackZip(path, unpacking);
  else await unpackTar(path, kind === 'tar.gz', unpacking);
}

/** Its folder takes its place; one that is damaged is left out by name. */
async function unpackInner(name: string, kind: ArchiveKind, outer: Unpacking, aside: string): Promise<void> {
  const moved = join(aside, 'inner', basename(outer.pathOf(name)));
  await mkdir(dirname(moved), { recursive: true });
  await rename(outer.pathOf(name), moved);
  const directory = await freeFolder(outer.pathOf(name));
  const inner = outer.within(name, directory);
  try {
    await unpackOne(moved, kind, inner);
    for (const deeper of inner.packed) {
      if ((await archiveKind(inner.pathOf(deeper))) === null) continue;
      await rm(inner.pathOf(deeper));
      inner.skip(deeper, 'An archive inside an archive inside an archive', 'Unpack it, and import the folder');
    }
  } catch (error) {
    if (!(error instanceof DenseLabError) || error.failure.code !== 'source-damaged') throw error;
    await rm(directory, { recursive: true });
    outer.skip(name, error.message.replace(/\.$/, ''), 'Download or pack it again');
  } finally {
    await rm(moved, { force: true });
  }
}

/** A new folder named as the archive without its ending, or, where that is taken, as the archive. */
async function freeFolder(archive: string): Promise<string> {
  const short = join(dirname(archive), stem(archive));
  const free = await stat(short).then(
    () => archive,
    () => short,
  );
  await mkdir(free);
  return free;
}

/** `roses` of `roses.tar.gz`. */
export function stem(path: string): string {
  return basename(path).replace(/(\.tar)?\.[A-Za-z0-9]{1,5}$/, '') || 'archive';
}
