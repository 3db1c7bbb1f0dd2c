/** Finds out what was given to import, and picks the reader for it. */

import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportSource } from '../contract/dataset.ts';
import { assertNever, DenseLabError } from '../contract/errors.ts';
import type { ImageDecoder } from './decoding.ts';
import { prepareFolder } from './formats/folder.ts';
import { prepareIdx } from './formats/idx.ts';
import { idxFilesIn, isIdx } from './formats/idxSet.ts';
import { sniff, SNIFFED_BYTES } from './formats/magic.ts';
import { prepareShapes } from './formats/shapes.ts';
import type { PreparedSource, PrepareOptions } from './formats/source.ts';

const UNDERSTOOD =
  'Choose the IDX files of MNIST or Fashion-MNIST, or a folder that holds one folder of PNG or JPEG images per class.';

/**
 * Understands a source without reading its pixels.
 * @throws DenseLabError `path-missing`, `path-unreadable`, `format-unknown`, and what the readers throw.
 */
export async function prepareSource(
  source: ImportSource,
  decoder: ImageDecoder,
  options: PrepareOptions,
): Promise<PreparedSource> {
  switch (source.kind) {
    case 'sample':
      return prepareShapes(options);
    case 'paths':
      return preparePaths(source.paths, decoder, options);
    default:
      return assertNever(source);
  }
}

async function preparePaths(
  given: readonly string[],
  decoder: ImageDecoder,
  options: PrepareOptions,
): Promise<PreparedSource> {
  const paths = await Promise.all(given.map(resolve));
  const [only] = paths;
  if (only === undefined) throw new DenseLabError('format-unknown', 'Nothing was given to import.', UNDERSTOOD);
  const files = paths.filter((path) => !path.isDirectory);
  if (files.length > 0) {
    for (const file of files) await expectIdx(file.path);
    return prepareIdx(
      files.map((file) => file.path),
      options,
    );
  }
  if (paths.length === 1) {
    const idx = await idxFilesIn(only.path);
    if (idx.length > 0) return prepareIdx(idx, options);
  }
  return prepareFolder(
    paths.map((path) => path.path),
    decoder,
    options,
  );
}

/** Follows links of the path itself, and makes sure that it can be read. */
async function resolve(given: string): Promise<{ path: string; isDirectory: boolean }> {
  try {
    const path = await realpath(given);
    const entry = await stat(path);
    if (entry.isDirectory()) await readdir(path);
    else if (entry.isFile()) await (await open(path, 'r')).close();
    else throw new DenseLabError('format-unknown', `${given} is neither a file nor a folder.`, UNDERSTOOD);
    return { path, isDirectory: entry.isDirectory() };
  } catch (error) {
    throw translate(given, error);
  }
}

async function expectIdx(path: string): Promise<void> {
  if (await isIdx(path)) return;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    const { title } = sniff(buffer.subarray(0, bytesRead));
    throw new DenseLabError(
      'format-unknown',
      `${basename(path)} is ${title}, which is not a dataset.`,
      UNDERSTOOD,
      path,
    );
  } finally {
    await file.close();
  }
}

function translate(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE') {
    return new DenseLabError(
      'path-missing',
      `There is nothing at ${JSON.stringify(path)}.`,
      'Check the path and try again.',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new DenseLabError(
      'path-unreadable',
      `DenseLab may not read ${path}.`,
      'Change its permissions, or copy it to a place that you may read.',
      String(error),
    );
  }
  if (code === 'ELOOP') {
    return new DenseLabError(
      'path-unreadable',
      `${path} is a link that leads back to itself.`,
      'Choose the real folder.',
    );
  }
  return error;
}
