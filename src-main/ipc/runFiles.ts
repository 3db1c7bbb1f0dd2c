/** Answers about runs that come from files: bundles of other data folders, and logs of other software. */

import type { RunSummary } from '../contract/run.ts';
import type { DatasetStore } from '../datasets/store.ts';
import { importRun, previewRuns } from '../exchange/importRuns.ts';
import { findByContent, linkDatasets } from '../experiments/linkDatasets.ts';
import type { RunStore } from '../runs/store.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface RunFileHandlerParts {
  readonly home: string;
  readonly runs: RunStore;
  readonly datasets: Pick<DatasetStore, 'list' | 'show'>;
  /** The system's dialog; an empty list when it was closed. */
  readonly choose: (kind: 'folder' | 'files') => Promise<readonly string[]>;
  readonly onChanged: (run: RunSummary) => void;
}

/** Handlers of `runs/chooseFiles`, `runs/previewFiles` and `runs/import`. */
export function runFileHandlers({ home, runs, datasets, choose, onChanged }: RunFileHandlerParts) {
  const isHere = async (hash: string): Promise<boolean> => (await findByContent(datasets, hash)) !== null;
  return {
    'runs/chooseFiles': ({ kind }) => choose(kind),
    'runs/previewFiles': ({ paths }) => previewRuns(paths, isHere),
    'runs/import': async (request) => {
      const { id } = await importRun(request, { home, runs });
      await linkDatasets(runs, datasets);
      const run = runs.show(id);
      onChanged(run);
      return run;
    },
  } satisfies Partial<Handlers>;
}
