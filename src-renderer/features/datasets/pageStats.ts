/** The readings at the head of a dataset's page. */

import { SPLITS, type DatasetDetail, type DatasetSummary } from '../../../src-main/contract/dataset.ts';
import { formatCount, formatSize } from '../../ui/format.ts';
import type { Stat } from '../../ui/stat.ts';
import { meanAndDeviation } from './words.ts';

/** Counts, size, mean and deviation, doubles across splits, skipped files; empty where they are not known yet. */
export function datasetStats(dataset: DatasetSummary, detail: DatasetDetail | null): readonly Stat[] {
  return [
    { label: 'Images', value: formatCount(dataset.images) },
    {
      label: 'Train, validation, test',
      value: SPLITS.map((split) => formatCount(dataset.splits[split].images)).join(' / '),
    },
    { label: 'Size', value: formatSize(dataset.height, dataset.width, dataset.channels), unit: 'px' },
    {
      label: 'Mean, std of train',
      value: detail === null ? '' : meanAndDeviation(detail.mean, detail.standardDeviation),
    },
    acrossSplits(detail),
    warned('Skipped', dataset.skippedCount, dataset.skippedCount === 1 ? 'file' : 'files'),
  ];
}

function acrossSplits(detail: DatasetDetail | null): Stat {
  const label = 'In two splits';
  const groups = detail?.duplicates?.exact.acrossSplits;
  return groups === undefined ? { label, value: '' } : warned(label, groups, groups === 1 ? 'group' : 'groups');
}

function warned(label: string, count: number, unit: string): Stat {
  const stat = { label, value: formatCount(count), unit };
  return count === 0 ? stat : { ...stat, state: 'warn' };
}
