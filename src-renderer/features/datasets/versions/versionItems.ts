/** The versions of a dataset as a menu. */

import type { DatasetDetail } from '../../../../src-main/contract/dataset.ts';
import { formatMoment } from '../../../ui/format.ts';
import type { MenuItem } from '../../../ui/menuItem.ts';

/** Every version, the newest first; `show` gets null for the newest. */
export function versionItems(detail: DatasetDetail, show: (version: number | null) => void): readonly MenuItem[] {
  const newest = newestVersion(detail);
  return [...detail.versions].reverse().map(({ number, createdAt, note }) => ({
    title: `v${String(number)}, ${formatMoment(createdAt)}: ${note}`,
    checked: number === detail.version,
    run: () => show(number === newest ? null : number),
  }));
}

/** Number of the newest version. */
export function newestVersion({ version, versions }: Pick<DatasetDetail, 'version' | 'versions'>): number {
  return Math.max(version, ...versions.map(({ number }) => number));
}
