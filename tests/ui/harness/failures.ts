/** What goes wrong in scenes: a run that diverges, a database that cannot be read. */

import { buildCurves } from '../../support/buildRun.ts';
import type { FakeContents } from '../../support/fakeBridge.ts';

/** Curves whose loss is no number from one step on. */
export function diverged(): ReturnType<typeof buildCurves> {
  const { steps, epochs } = buildCurves(1, 40, 81);
  return {
    steps: { ...steps, loss: steps.loss.map((loss, index) => (index === 80 ? NaN : loss * (1 + index / 8))) },
    epochs,
  };
}

/** The failure of a damaged database. */
export function damaged(): NonNullable<FakeContents['runsFailure']> {
  return {
    code: 'database-damaged',
    message: 'The database of runs, runs.sqlite, is damaged.',
    action: 'The damaged file is kept; restore the backup of 22 Nov, or start a new data folder.',
    detail: 'SQLITE_CORRUPT: database disk image is malformed',
  };
}
