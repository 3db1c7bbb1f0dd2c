/** A comparison from stored runs, and what it can be written as. */

import { assertNever } from '../contract/errors.ts';
import type { ComparisonFormat, ComparisonView } from '../contract/comparison.ts';
import type { RunCurves, RunDetail } from '../contract/run.ts';
import { compareRuns } from './compare.ts';
import { toCsv } from './report/csv.ts';
import { toHtml } from './report/html.ts';
import { toLatex } from './report/latex.ts';
import { fullColumns, shortColumns } from './report/table.ts';

/** Points of one step curve. */
const POINTS = 1000;

/** What is asked of the store of runs. */
export interface ComparedSource {
  show(id: number): RunDetail;
  curves(id: number, points: number): RunCurves;
}

/**
 * Reads and compares runs.
 * @param random numbers in [0, 1); seeded by the caller, so that the same comparison says the same again
 * @throws DenseLabError `run-unknown`, `database-damaged`
 */
export function viewComparison(ids: readonly number[], source: ComparedSource, random: () => number): ComparisonView {
  const entries = ids.map((id) => ({ run: source.show(id), curves: source.curves(id, POINTS) }));
  const compared = entries.map(({ run, curves }) => ({ run, epochs: curves.epochs }));
  return { comparison: compareRuns(compared, random), curves: entries.map(({ curves }) => curves) };
}

/** The text of a file. @param written when, ISO 8601 in UTC, and by which version */
export function writeComparison(
  { comparison, curves }: ComparisonView,
  format: ComparisonFormat,
  written: { readonly at: string; readonly version: string },
): string {
  switch (format) {
    case 'csv':
      return toCsv(fullColumns(comparison));
    case 'latex':
      return toLatex(shortColumns(comparison));
    case 'html': {
      const epochs = curves.map((run) => run.epochs);
      return toHtml({ comparison, epochs, writtenAt: written.at, version: written.version });
    }
    default:
      return assertNever(format);
  }
}
