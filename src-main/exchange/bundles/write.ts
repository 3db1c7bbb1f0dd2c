/** Writes a run as one file that another DenseLab opens. */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { DenseLabError } from '../../contract/errors.ts';
import type { CheckpointRecord, RunCurves, RunDetail } from '../../contract/run.ts';
import { isOfFinishedEpoch, readCheckpoint } from '../../trainer/checkpoint.ts';
import { toCurvesCsv } from '../curves/csv.ts';
import { placeFile } from '../output.ts';
import { BUNDLE_VERSION, CURVES, MANIFEST, type Manifest } from './manifest.ts';

/** What is written. */
export interface BundleSource {
  readonly run: RunDetail;
  /** Every step. */
  readonly curves: RunCurves;
  /** Folder of the run. */
  readonly directory: string;
  /** Version of DenseLab. */
  readonly denselab: string;
}

/**
 * Writes a bundle: settings, environment, notes, all curves, the best and the last checkpoint; of the dataset its name, hash and
 * classes, and no image. @returns its size in bytes
 * @throws DenseLabError `run-active`, `output-exists`, `checkpoint-damaged`, `path-missing`, or Node's own error, with nothing changed
 */
export async function writeBundle(out: string, source: BundleSource, force: boolean): Promise<number> {
  const { run, curves, directory } = source;
  if (['queued', 'preparing', 'running'].includes(run.status)) {
    throw new DenseLabError('run-active', `${run.name} is being trained.`, 'Stop it, or wait until it has ended.');
  }
  const checkpoints = bestAndLast(run);
  for (const { file, sha256 } of checkpoints) await requireWhole(join(directory, file), sha256);
  const table = Buffer.from(toCurvesCsv(curves));
  const manifest = describe(source, checkpoints, table);
  await placeFile(out, force, async (path) => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from(JSON.stringify(manifest, null, 2)), MANIFEST);
    zip.addBuffer(table, CURVES);
    // Weights hardly shrink, and are read faster as they are.
    for (const { file } of checkpoints) zip.addFile(join(directory, file), file, { compress: false });
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(path, { flags: 'wx' }));
    const written = await open(path, 'r+');
    await written.sync();
    await written.close();
  });
  return statSync(out).size;
}

function bestAndLast({ checkpoints, best }: RunDetail): readonly CheckpointRecord[] {
  const ofBest = checkpoints.filter(({ epoch, file }) => epoch === best?.epoch && isOfFinishedEpoch(file));
  return [...new Set([...ofBest, ...checkpoints.slice(-1)])];
}

async function requireWhole(path: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  if (hash.digest('hex') === sha256) return;
  throw new DenseLabError(
    'checkpoint-damaged',
    `The checkpoint ${path} is damaged: its content is not what was written (SHA-256 differs).`,
    'Export the curves alone, as CSV.',
  );
}

function describe(
  { run, directory, denselab }: BundleSource,
  checkpoints: readonly CheckpointRecord[],
  table: Uint8Array,
): Manifest {
  const [first] = checkpoints;
  const network = first === undefined ? null : readCheckpoint(join(directory, first.file)).description;
  const { name, origin, startedAt, endedAt, epochs, stepsPerEpoch, heldOutSplit, modelTitle } = run;
  const { parameters, multiplyAdds, model, recipe, deviceWish, environment, test, error, notes, forecast } = run;
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    format: 'denselab-run',
    version: BUNDLE_VERSION,
    denselab,
    exportedAt: new Date().toISOString(),
    run: {
      ...{ name, origin, startedAt, endedAt, epochs, stepsPerEpoch, heldOutSplit, modelTitle },
      ...{ parameters, multiplyAdds, model, recipe, deviceWish, environment, error, notes, forecast },
      test: test === null ? null : { loss: known(test.loss), accuracy: known(test.accuracy) },
      tags: [...run.tags],
    },
    dataset: {
      ...{ name: run.datasetName, version: run.datasetVersion, contentHash: run.datasetHash },
      classNames: [...run.classNames],
      input: network?.input ?? null,
      mean: [...(network?.dataset.mean ?? [])],
      standardDeviation: [...(network?.dataset.standardDeviation ?? [])],
    },
    checkpoints: checkpoints.map((record) => ({ ...record })),
    curves: { bytes: table.length, sha256: createHash('sha256').update(table).digest('hex') },
  };
}
