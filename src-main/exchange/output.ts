/** Puts what was exported to where a person wants it: whole or not at all, and never over something else by accident. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import { writeDurably } from '../trainer/durable.ts';

/** What is at a path: one file, or a folder with files. */
export interface OutputFiles {
  readonly folder: boolean;
  /** One entry, whose name is not used, unless it is a folder. */
  readonly entries: readonly { readonly name: string; readonly chunks: readonly Uint8Array[] }[];
}

/**
 * Writes a file or a folder.
 * @param out absolute path
 * @param force replaces a file by a file, and an earlier export's folder by a folder
 * @throws DenseLabError `output-exists`, or Node's own error with nothing changed
 */
export function placeOutput(out: string, { folder, entries }: OutputFiles, force: boolean): void {
  requireFree(out, { folder, names: entries.map(({ name }) => name) }, force);
  const parent = path.dirname(out);
  mkdirSync(parent, { recursive: true });
  const staging = mkdtempSync(path.join(parent, '.denselab-export-'));
  try {
    const made = path.join(staging, 'new');
    for (const { name, chunks } of entries) writeDurably(folder ? path.join(made, name) : made, chunks);
    if (existsSync(out)) renameSync(out, path.join(staging, 'old'));
    renameSync(made, out);
  } finally {
    const old = path.join(staging, 'old');
    if (existsSync(old) && !existsSync(out)) renameSync(old, out);
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Writes one file as it comes: whole or not at all.
 * @param write gets a path beside the final one, where nothing is
 * @throws DenseLabError `output-exists`, or whatever `write` throws, with nothing changed
 */
export async function placeFile(out: string, force: boolean, write: (path: string) => Promise<void>): Promise<void> {
  const file = { folder: false, names: [] };
  requireFree(out, file, force);
  const parent = path.dirname(out);
  mkdirSync(parent, { recursive: true });
  const staging = mkdtempSync(path.join(parent, '.denselab-export-'));
  try {
    const made = path.join(staging, 'new');
    await write(made);
    requireFree(out, file, force);
    renameSync(made, out);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Refuses a path where something is that must stay.
 * @param names of the files in the folder, if it is to be one: a folder with any other is not replaced
 * @throws DenseLabError `output-exists`
 */
export function requireFree(
  out: string,
  { folder, names }: { readonly folder: boolean; readonly names: readonly string[] },
  force: boolean,
): void {
  const there = statSync(out, { throwIfNoEntry: false });
  if (there === undefined) return;
  const alike = folder ? there.isDirectory() && readdirSync(out).every((name) => names.includes(name)) : there.isFile();
  if (alike && force) return;
  const action = alike ? 'Choose another path, or add --force.' : 'Choose another path.';
  throw new DenseLabError('output-exists', `There is something at ${out} already.`, action);
}
