/** Source sizes of all splits together. */

import type { Split } from '../../../../src-main/contract/dataset.ts';
import type { SplitStatistics } from '../../../../src-main/contract/datasetVersion.ts';

/** One size, and how many images of each split have it. */
export interface SizeRow {
  readonly height: number;
  readonly width: number;
  readonly images: number;
  /** In the order of the splits that were asked for. */
  readonly perSplit: readonly number[];
}

/** Every size that a split tells of, the commonest first. */
export function sizeRows(
  statistics: Readonly<Record<Split, SplitStatistics>>,
  splits: readonly Split[],
): readonly SizeRow[] {
  const rows = new Map<string, { height: number; width: number; perSplit: number[] }>();
  splits.forEach((split, part) => {
    for (const { height, width, images } of statistics[split].sourceSizes) {
      const key = `${String(height)} ${String(width)}`;
      const row = rows.get(key) ?? { height, width, perSplit: splits.map(() => 0) };
      row.perSplit[part] = images;
      rows.set(key, row);
    }
  });
  return [...rows.values()]
    .map((row) => ({ ...row, images: row.perSplit.reduce((sum, images) => sum + images, 0) }))
    .sort((one, other) => other.images - one.images);
}
