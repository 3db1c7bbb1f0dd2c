/** Results that the paper reports, to be drawn beside one's own: Huang et al., CVPR 2017, table 2. */

import type { PublishedPoint } from './comparison.ts';

const DATASETS = ['CIFAR-10', 'CIFAR-10+', 'CIFAR-100', 'CIFAR-100+', 'SVHN'] as const;

type Row = readonly [
  title: string,
  millions: number,
  isDenseNet: boolean,
  percents: readonly [number | null, number | null, number | null, number | null, number | null],
];

/** Error in percent on the five datasets; null where the paper has none. */
const ROWS: readonly Row[] = [
  ['DenseNet (40,12)', 1.0, true, [7.0, 5.24, 27.55, 24.42, 1.79]],
  ['DenseNet (100,12)', 7.0, true, [5.77, 4.1, 23.79, 20.2, 1.67]],
  ['DenseNet (100,24)', 27.2, true, [5.83, 3.74, 23.42, 19.25, 1.59]],
  ['DenseNet-BC (100,12)', 0.8, true, [5.92, 4.51, 24.15, 22.27, 1.76]],
  ['DenseNet-BC (250,24)', 15.3, true, [5.19, 3.62, 19.64, 17.6, 1.74]],
  ['DenseNet-BC (190,40)', 25.6, true, [null, 3.46, null, 17.18, null]],
  ['ResNet-110', 1.7, false, [null, 6.61, null, null, null]],
  ['Stochastic depth 110', 1.7, false, [11.66, 5.23, 37.8, 24.58, 1.75]],
  ['Pre-activation ResNet-1001', 10.2, false, [10.56, 4.62, 33.47, 22.71, null]],
  ['Wide ResNet-28', 36.5, false, [null, 4.17, null, 20.5, null]],
  ['FractalNet', 38.6, false, [10.18, 5.22, 35.34, 23.3, 2.01]],
];

/** All published points; a chart shows those of one dataset and names it. */
export const PUBLISHED: readonly PublishedPoint[] = ROWS.flatMap(([title, millions, isDenseNet, percents]) =>
  DATASETS.flatMap((dataset, index): PublishedPoint[] => {
    const percent = percents[index] ?? null;
    return percent === null ? [] : [{ title, dataset, parameters: millions * 1e6, error: percent / 100, isDenseNet }];
  }),
);
