/** What the read-out says of an image. */

import type { DatasetSummary } from '../../../src-main/contract/dataset.ts';
import { statisticsOf } from '../../drawing/pixels.ts';
import type { ViewedImage } from '../../state/datasetPages.svelte.ts';
import { formatNumber } from '../../ui/format.ts';

/** Class, split, and the range of its pixels, each a fact of its own. */
export function describeImage(image: ViewedImage, dataset: DatasetSummary): readonly string[] {
  const { min, max, mean } = statisticsOf(image.pixels, dataset, image.offset);
  return [
    `class ${dataset.classNames[image.label] ?? String(image.label)}`,
    image.split,
    `min ${String(min)}, max ${String(max)}, mean ${formatNumber(mean, 1)}`,
  ];
}
