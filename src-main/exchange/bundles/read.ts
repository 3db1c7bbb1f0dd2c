/** Reads run bundles, which may come from anybody: everything is checked before anything is stored. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DenseLabError } from '../../contract/errors.ts';
import type { CheckpointRecord, RunCurves } from '../../contract/run.ts';
import { ARCHIVE_LIMITS, Unpacking, type ArchiveLimits } from '../../datasets/archives/unpacking.ts';
import { readZipEntry, unpackZip } from '../../datasets/archives/zip.ts';
import { createStaging, removeStale, type Staging } from '../../datasets/staging.ts';
import { readCheckpoint } from '../../trainer/checkpoint.ts';
import { writeDurably } from '../../trainer/durable.ts';
import { trainedWeights } from '../../trainer/trainedWeights.ts';
import { readCsvLog } from '../logs/csvLog.ts';
import { curvesOf } from '../logs/curvesOf.ts';
import { guessRoles } from '../logs/roles.ts';
import { CURVES, LONGEST_MANIFEST, MANIFEST, parseManifest, type Manifest } from './manifest.ts';

/** A description, the curves and a thousand checkpoints of 64 GB in all; curves shrink to a tenth, never to a hundredth. */
const LIMITS: ArchiveLimits = { ...ARCHIVE_LIMITS, entries: 1100, bytes: 2 ** 36, ratio: 100, free: 2 ** 26 };

/** A bundle that is unpacked and found whole. */
export interface OpenedBundle {
  readonly manifest: Manifest;
  readonly curves: RunCurves;
  /** Puts the checkpoints into the folder of a run. */
  place(directory: string): Promise<readonly CheckpointRecord[]>;
  /** Removes what was unpacked. */
  close(): Promise<void>;
}

/** The description of a bundle; null for a file that is none. @throws DenseLabError `bundle-invalid`, `source-damaged` */
export async function readManifest(path: string): Promise<Manifest | null> {
  const bytes = await readZipEntry(path, MANIFEST, LONGEST_MANIFEST);
  return bytes === null ? null : parseManifest(parseJson(path, bytes));
}

/**
 * Unpacks a bundle beside the runs and checks all of it: hashes, weights that fit the network, curves.
 * @param parent folder for what is unpacked; there already
 * @throws DenseLabError `bundle-invalid`, `source-damaged`, `source-unsupported`, `checkpoint-damaged`, `checkpoint-mismatch`,
 *   `disk-full`, with nothing left behind
 */
export async function openBundle(path: string, parent: string): Promise<OpenedBundle> {
  const manifest = await readManifest(path);
  if (manifest === null) throw invalid(path, 'it has no description');
  await removeStale(parent);
  const staging = await createStaging(parent);
  try {
    await unpack(path, staging.directory);
    const curves = await readCurves(path, staging, manifest);
    for (const checkpoint of manifest.checkpoints) checkCheckpoint(path, staging, manifest, checkpoint);
    return {
      manifest,
      curves,
      place: (directory) => Promise.resolve(place(staging, manifest, directory)),
      close: () => staging.discard(),
    };
  } catch (thrown) {
    await staging.discard();
    throw thrown;
  }
}

async function unpack(path: string, directory: string): Promise<void> {
  const { signal } = new AbortController();
  const options = { signal, limits: LIMITS, onCounted: () => undefined };
  const unpacking = new Unpacking(path, (await stat(path)).size, directory, options);
  await unpackZip(path, unpacking);
  const [skipped] = unpacking.skipped;
  if (skipped !== undefined) throw invalid(path, `${skipped.path} cannot be unpacked: ${skipped.reason}`);
}

async function readCurves(path: string, { directory }: Staging, manifest: Manifest): Promise<RunCurves> {
  const file = join(directory, CURVES);
  if (!existsSync(file) || hashOf(file) !== manifest.curves.sha256) {
    throw invalid(path, 'its curves are not what was written (SHA-256 differs)');
  }
  const log = await readCsvLog(file);
  return curvesOf(log, guessRoles(log.series));
}

function checkCheckpoint(
  path: string,
  { directory }: Staging,
  { run, dataset }: Manifest,
  { file, sha256 }: CheckpointRecord,
): void {
  if (!existsSync(join(directory, file))) throw invalid(path, `${file} is missing`);
  const checkpoint = readCheckpoint(join(directory, file), sha256);
  const { model, dataset: seen } = checkpoint.description;
  if (!isDeepStrictEqual(model, run.model) || !isDeepStrictEqual(seen.classNames, dataset.classNames)) {
    throw invalid(path, `${file} is of another network than the run`);
  }
  trainedWeights(checkpoint, file);
}

function place(
  { directory: from }: Staging,
  { checkpoints }: Manifest,
  directory: string,
): readonly CheckpointRecord[] {
  for (const { file, sha256 } of checkpoints) {
    const written = writeDurably(join(directory, file), [readFileSync(join(from, file))]);
    if (written.sha256 !== sha256) throw new Error(`${file} changed while it was placed`);
  }
  return checkpoints;
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function parseJson(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalid(path, 'its description is not JSON');
  }
}

function invalid(path: string, reason: string): DenseLabError {
  return new DenseLabError(
    'bundle-invalid',
    `The run bundle cannot be read: ${reason}.`,
    'Export it again where it was made, or copy it again.',
    path,
  );
}
