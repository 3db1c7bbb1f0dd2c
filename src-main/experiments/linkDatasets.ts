/** Imported runs and the datasets that they saw, which meet by content. */

import type { RunSummary } from '../contract/run.ts';
import type { DatasetStore } from '../datasets/store.ts';
import type { RunStore } from '../runs/store.ts';

/** What is looked through. */
type Datasets = Pick<DatasetStore, 'list' | 'show'>;

/** A version of a dataset. */
export interface FoundVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/** The version, of any dataset here, whose content has a hash; the newest of several. A dataset that is damaged is passed over. */
export async function findByContent(datasets: Datasets, contentHash: string): Promise<FoundVersion | null> {
  for (const { id, name } of (await datasets.list()).datasets) {
    const versions = (await datasets.show(id).catch(() => null))?.versions ?? [];
    const found = [...versions].reverse().find((version) => version.contentHash === contentHash);
    if (found !== undefined) return { id, name, version: found.number };
  }
  return null;
}

/** Tells each imported run where its dataset is, as soon as it is here; the rows that have changed. */
export async function linkDatasets(
  runs: Pick<RunStore, 'withoutDataset' | 'nameDataset'>,
  datasets: Datasets,
): Promise<readonly RunSummary[]> {
  const changed: RunSummary[] = [];
  const known = new Map<string, FoundVersion | null>();
  for (const { id, hash } of runs.withoutDataset()) {
    if (!known.has(hash)) known.set(hash, await findByContent(datasets, hash));
    const found = known.get(hash) ?? null;
    if (found !== null) changed.push(runs.nameDataset(id, found));
  }
  return changed;
}

/** Whom it tells. */
export interface LinkListeners {
  readonly onChanged: () => void;
  readonly onLinked: (run: RunSummary) => void;
  readonly onFailure: (thrown: unknown) => void;
}

/** What to call when datasets have changed: it tells so, and then of each imported run whose dataset has come. Looks once at once. */
export function linkingDatasets(
  runs: Pick<RunStore, 'withoutDataset' | 'nameDataset'>,
  datasets: Datasets,
  { onChanged, onLinked, onFailure }: LinkListeners,
): () => void {
  const link = (): void => {
    linkDatasets(runs, datasets).then((linked) => linked.forEach(onLinked), onFailure);
  };
  link();
  return () => {
    onChanged();
    link();
  };
}
