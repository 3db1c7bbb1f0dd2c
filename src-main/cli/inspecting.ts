/** What the commands that look into runs have in common. */

import { threadsFor } from '../experiments/threads.ts';
import { openDecoderPool } from '../decoder/pool.ts';
import { InspectionDesk } from '../inspection/desk.ts';
import { Inspection } from '../inspection/inspection.ts';
import { runDirectory } from '../runs/directory.ts';
import type { Call } from './command.ts';

/** Calls `use` with what looks into runs, and ends its processes. Only reads the data folder, so it works while the app is open. */
export async function withInspection<T>(
  { parts, home }: Call,
  use: (inspection: Inspection) => Promise<T>,
): Promise<T> {
  const { cacheDirectory, spawn } = parts;
  const desk = new InspectionDesk({ spawn, runtime: { threads: threadsFor(parts.cores), cacheDirectory } });
  const datasets = await parts.openDatasets(home);
  const inspection = new Inspection({
    desk,
    decoder: openDecoderPool({ spawn, processes: 1 }),
    runFolder: (id) => runDirectory(home, id),
    datasetFolder: (id) => datasets.directoryOf(id),
    showDataset: (id, version) => datasets.show(id, version),
  });
  try {
    return await use(inspection);
  } finally {
    desk.close();
  }
}
