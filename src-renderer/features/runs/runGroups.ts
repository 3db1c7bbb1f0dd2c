/** The table of runs in groups: by the folder that a person chose, by the sweep that they were queued in, or not at all. */

import { assertNever } from '../../../src-main/contract/errors.ts';
import type { RunSummary } from '../../../src-main/contract/run.ts';

/** By what the table is grouped; a run of a sweep that lies in a folder belongs to the folder. */
export const GROUPINGS = ['folder or sweep', 'folder', 'sweep', 'dataset', 'nothing'] as const;

/** One of them. */
export type Grouping = (typeof GROUPINGS)[number];

/** Runs that stand together. */
export interface RunGroup {
  readonly key: string;
  readonly title: string;
  readonly runs: readonly RunSummary[];
}

/** One row of the table. */
export type TableItem =
  | { readonly kind: 'group'; readonly group: RunGroup; readonly open: boolean }
  | { readonly kind: 'run'; readonly run: RunSummary };

/** Heights in pixels: a run, and the head of a group. */
export const ROW_HEIGHTS = { run: 28, group: 26 } as const;

/** All folders that runs lie in, by name. */
export function foldersOf(runs: readonly RunSummary[]): readonly string[] {
  const names = new Set(runs.map(({ folder }) => folder).filter((folder) => folder !== ''));
  return [...names].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** The groups of some rows, in the order of their first run; what belongs to none comes first and has no head. */
export function groupsOf(rows: readonly RunSummary[], by: Grouping): readonly RunGroup[] {
  const groups = new Map<string, RunSummary[]>([['', []]]);
  for (const run of rows) {
    const title = groupTitle(run, by);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [run]);
    else group.push(run);
  }
  return [...groups]
    .filter(([, runs]) => runs.length > 0)
    .map(([title, runs]) => ({ key: `${by}:${title}`, title, runs }));
}

/** The rows of the table; runs of a closed group are left out. */
export function tableItems(groups: readonly RunGroup[], closed: ReadonlySet<string>): readonly TableItem[] {
  return groups.flatMap((group): readonly TableItem[] => {
    const runs = group.runs.map((run) => ({ kind: 'run', run }) as const);
    if (group.title === '') return runs;
    const open = !closed.has(group.key);
    return [{ kind: 'group', group, open }, ...(open ? runs : [])];
  });
}

function groupTitle({ folder, sweep, datasetName }: RunSummary, by: Grouping): string {
  switch (by) {
    case 'folder or sweep':
      return folder === '' ? (sweep ?? '') : folder;
    case 'folder':
      return folder;
    case 'sweep':
      return sweep ?? '';
    case 'dataset':
      return datasetName;
    case 'nothing':
      return '';
    default:
      return assertNever(by);
  }
}
