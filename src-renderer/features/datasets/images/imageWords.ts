/** What the read-out says of an image. */

import type { DatasetSummary } from '../../../../src-main/contract/dataset.ts';
import { statisticsOf } from '../../../drawing/pixels.ts';
import type { ViewedImage } from '../../../state/datasetPages.svelte.ts';
import { formatNumber, formatPlural, formatSize } from '../../../ui/format.ts';

/** Class, split, size of its source, the range of its pixels, and its doubles, each a fact of its own. */
export function describeImage(image: ViewedImage, dataset: DatasetSummary): readonly string[] {
  return [
    `class ${dataset.classNames[image.label] ?? String(image.label)}`,
    image.split,
    ...sourceSize(image),
    ...values(image, dataset),
    ...(image.duplicates > 0 ? [formatPlural(image.duplicates, 'duplicate')] : []),
  ];
}

/** Of stored pixels only: a smaller picture has other extremes. */
function values({ pixels, shape, offset }: ViewedImage, dataset: DatasetSummary): readonly string[] {
  if (shape.height !== dataset.height || shape.width !== dataset.width) return [];
  const { min, max, mean } = statisticsOf(pixels, shape, offset);
  return [`min ${String(min)}, max ${String(max)}, mean ${formatNumber(mean, 1)}`];
}

/** `source 500 × 375 px`; nothing where the source has one size. */
export function sourceSize({
  sourceHeight,
  sourceWidth,
}: Pick<ViewedImage, 'sourceHeight' | 'sourceWidth'>): readonly string[] {
  return sourceHeight === null || sourceWidth === null ? [] : [`source ${formatSize(sourceHeight, sourceWidth)} px`];
}
