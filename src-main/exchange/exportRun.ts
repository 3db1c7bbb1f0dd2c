/** A run for other software, or for another DenseLab. */

import { statSync } from 'node:fs';
import { assertNever } from '../contract/errors.ts';
import type { RunExportFormat } from '../contract/exchange.ts';
import { writeBundle, type BundleSource } from './bundles/write.ts';
import { toCurvesCsv } from './curves/csv.ts';
import { eventFileName, toEventFile } from './curves/tensorboard.ts';
import { placeOutput } from './output.ts';

/**
 * Writes a run: a bundle or a table as the file `out`, event files as the folder `out`.
 * @param force replaces an earlier export
 * @returns bytes written
 * @throws DenseLabError as `writeBundle`; `output-exists`
 */
export async function exportRun(
  format: RunExportFormat,
  out: string,
  source: BundleSource,
  force: boolean,
): Promise<number> {
  const { run, curves } = source;
  switch (format) {
    case 'bundle':
      return writeBundle(out, source, force);
    case 'csv':
      placeOutput(out, { folder: false, entries: [{ name: '', chunks: [Buffer.from(toCurvesCsv(curves))] }] }, force);
      return statSync(out).size;
    case 'tensorboard': {
      const startedAt = Date.parse(run.startedAt ?? run.createdAt) / 1000;
      const chunks = toEventFile(curves, startedAt);
      placeOutput(out, { folder: true, entries: [{ name: eventFileName(run.id), chunks }] }, force);
      return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    }
    default:
      return assertNever(format);
  }
}
