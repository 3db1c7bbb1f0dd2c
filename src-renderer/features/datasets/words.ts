/** How the screen of datasets writes things. */

import {
  SPLITS,
  type DatasetFormat,
  type DatasetSummary,
  type SkippedFile,
  type Split,
} from '../../../src-main/contract/dataset.ts';
import { formatDuration, formatNumber } from '../../ui/format.ts';

/** Where a dataset came from, in a word. */
export const FORMAT_WORDS: Readonly<Record<DatasetFormat, string>> = {
  idx: 'IDX',
  folder: 'folder',
  sample: 'sample',
  csv: 'CSV',
  cifar: 'CIFAR',
  svhn: 'SVHN',
  npz: 'NumPy',
  parquet: 'Parquet',
};

/** `28×28×1`. */
export function shapeOf({ height, width, channels }: Pick<DatasetSummary, 'height' | 'width' | 'channels'>): string {
  return `${String(height)}×${String(width)}×${String(channels)}`;
}

/** Images of each class over all splits, in the order of the classes. */
export function imagesPerClass({
  classNames,
  splits,
}: Pick<DatasetSummary, 'classNames' | 'splits'>): readonly number[] {
  return classNames.map((_, label) => SPLITS.reduce((sum, split) => sum + (splits[split].perClass[label] ?? 0), 0));
}

/** Splits that hold images, in the order in which they are shown. */
export function usedSplits({ splits }: Pick<DatasetSummary, 'splits'>): readonly Split[] {
  return SPLITS.filter((split) => splits[split].images > 0);
}

/** Class names of the splits in drawings. */
export const SPLIT_CLASSES: Readonly<Record<Split, string>> = {
  train: 'train',
  validation: 'validation',
  test: 'test',
};

/** Means or deviations, each channel as a share of full brightness: `0.2860`. */
export function channelsOf(values: readonly number[]): string {
  return values.map((value) => formatNumber(value / 255, values.length > 1 ? 3 : 4)).join(' ');
}

/** `0.2860, 0.3530`: mean and deviation of grey, or of each channel. */
export function meanAndDeviation(mean: readonly number[], deviation: readonly number[]): string {
  return `${channelsOf(mean)}, ${channelsOf(deviation)}`;
}

/** Skipped files as lines of a table: path, reason, remedy. */
export function skippedText(skipped: readonly SkippedFile[]): string {
  return skipped.map((file) => [file.path, file.reason, file.remedy].join('\t')).join('\n');
}

/** An estimate of the time that is left, which has no tenths: `4 s`, `12 min`. */
export function timeLeft(seconds: number): string {
  return seconds < 10 ? `${String(Math.ceil(seconds))} s` : formatDuration(seconds);
}
