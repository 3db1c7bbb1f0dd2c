/** Composes the answers about trained networks: what they predict, how they judge, and what they have learnt. */

import type { SpawnChild } from './contract/process.ts';
import type { InspectionEvent } from './contract/inspect.ts';
import type { DatasetStore } from './datasets/store.ts';
import { openDecoderPool } from './decoder/pool.ts';
import { placeOutput } from './exchange/output.ts';
import { InspectionDesk, type DeskParts } from './inspection/desk.ts';
import { inspectionHandlers } from './ipc/inspection.ts';
import { judgementHandlers } from './ipc/judgements.ts';
import { networkHandlers } from './ipc/networks.ts';
import { runDirectory } from './runs/directory.ts';
import type { RunStore } from './runs/store.ts';

/** What the answers need. */
export interface NetworkAnswerParts {
  readonly version: string;
  readonly home: string;
  readonly runs: RunStore;
  readonly datasets: DatasetStore;
  readonly spawn: SpawnChild;
  readonly runtime: DeskParts['runtime'];
  readonly desk: InspectionDesk;
  /** The system's dialogs, and its file manager. */
  readonly chooseOutput: (name: string) => Promise<string | null>;
  readonly chooseImages: () => Promise<readonly string[]>;
  readonly showItem: (path: string) => void;
}

/** Where runs are looked into. @param tell pushes the progress of passes over splits */
export function openInspectionDesk(
  spawn: SpawnChild,
  runtime: DeskParts['runtime'],
  tell: (event: InspectionEvent) => void,
): InspectionDesk {
  const onProgress: DeskParts['onProgress'] = (run, { epoch, split, done, total }) =>
    tell({ run, epoch, split, done, total });
  return new InspectionDesk({ spawn, runtime, onProgress });
}

/** Handlers of `runs/predict`, `runs/judge`, exports of networks, and `inspect/*`. */
export function networkAnswers({ datasets, desk, ...parts }: NetworkAnswerParts) {
  const stored = {
    showDataset: (id: string, version: number) => datasets.show(id, version),
    datasetDirectory: (id: string) => datasets.directoryOf(id),
  };
  const decoder = openDecoderPool({ spawn: parts.spawn, processes: 1 });
  return {
    ...judgementHandlers({ ...parts, ...stored }),
    ...networkHandlers({ ...parts, decoder }),
    ...inspectionHandlers({
      ...parts,
      ...stored,
      desk,
      decoder,
      runFolder: (id) => runDirectory(parts.home, id),
      datasetFolder: stored.datasetDirectory,
      writeFolder: (folder, files) => {
        const entries = files.map(({ name, bytes }) => ({ name, chunks: [bytes] }));
        placeOutput(folder, { folder: true, entries }, true);
      },
    }),
  };
}
