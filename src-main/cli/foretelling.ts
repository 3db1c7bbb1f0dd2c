/** What forecasts are made with, for a command. */

import type { ForecastParts } from '../experiments/forecasting.ts';
import { threadsFor } from '../experiments/threads.ts';
import type { Call } from './command.ts';

/** Gives the work what it needs; the runs are only read. */
export async function foretelling<T>({ parts, home }: Call, work: (parts: ForecastParts) => Promise<T>): Promise<T> {
  const { cacheDirectory, cores } = parts;
  const datasets = await parts.openDatasets(home);
  const runs = parts.readRuns(home);
  try {
    return await work({ home, cacheDirectory, runs, datasets, threads: threadsFor(cores) });
  } finally {
    runs.close();
  }
}
