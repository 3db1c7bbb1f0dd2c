/** What can be done with a dataset as a whole, and the parts of its page. */

import type { DatasetDetail } from '../../../src-main/contract/dataset.ts';
import type { Action } from '../../state/actions.svelte.ts';
import { formatCount } from '../../ui/format.ts';

/** Parts of a dataset's page. */
export type PageTab = 'images' | 'duplicates' | 'statistics' | 'versions';

/** The tabs, with their counts as far as they are known. */
export function tabsOf(detail: DatasetDetail | null): readonly { readonly value: PageTab; readonly label: string }[] {
  const found = detail?.duplicates ?? null;
  const groups = found === null ? 0 : found.exact.groups + found.near.groups;
  return [
    { value: 'images', label: 'Images' },
    { value: 'duplicates', label: groups === 0 ? 'Duplicates' : `Duplicates ${formatCount(groups)}` },
    { value: 'statistics', label: 'Statistics' },
    { value: 'versions', label: detail === null ? 'Versions' : `Versions ${formatCount(detail.versions.length)}` },
  ];
}

/** Renaming, showing the folder, deleting: for the menu, the shortcuts and the palette. */
export function datasetActions(does: {
  readonly rename: () => void;
  readonly reveal: () => void;
  readonly remove: () => void;
}): readonly Action[] {
  return [
    { id: 'dataset.rename', title: 'Rename this dataset', group: 'datasets', shortcut: 'F2', run: does.rename },
    { id: 'dataset.show', title: 'Show this dataset in the file manager', group: 'datasets', run: does.reveal },
    { id: 'dataset.remove', title: 'Delete this dataset', group: 'datasets', shortcut: 'Delete', run: does.remove },
  ];
}
