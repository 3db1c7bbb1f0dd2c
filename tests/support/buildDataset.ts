import type { DatasetDetail, DatasetSummary, ImagePage, SplitSummary } from '../../src-main/contract/dataset.ts';
import { SPLITS } from '../../src-main/contract/dataset.ts';

const FASHION = ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'];

/** Counts of a split in which each class has `perClass` images. */
export function buildSplit(perClass: number, classes: number): SplitSummary {
  return { images: perClass * classes, perClass: Array.from({ length: classes }, () => perClass) };
}

/** Fashion-MNIST as imported from its IDX files, with overrides. */
export function buildDataset(overrides: Partial<DatasetSummary> = {}): DatasetSummary {
  return {
    id: 'fashion-mnist',
    name: 'Fashion-MNIST',
    version: 1,
    format: 'idx',
    source: '/usr/share/datasets/fashion-mnist',
    createdAt: '2026-11-21T18:02:00.000Z',
    height: 28,
    width: 28,
    channels: 1,
    classNames: FASHION,
    splits: { train: buildSplit(6000, 10), validation: buildSplit(0, 10), test: buildSplit(1000, 10) },
    images: 70_000,
    skippedCount: 0,
    contentHash: '9f2c1d4be07a55c3a1b0f6d8e4c27a9913d0be55cf1e7a442b6c90d1e8f3a771',
    ...overrides,
  };
}

/** The same with everything that its page shows. */
export function buildDatasetDetail(overrides: Partial<DatasetDetail> = {}): DatasetDetail {
  return {
    ...buildDataset(overrides),
    mean: [72.94],
    standardDeviation: [90.02],
    conversion: 'Stored as they were: 28 by 28 grey pixels.',
    splitSeed: null,
    skipped: [],
    histogram: Array.from({ length: 64 }, (_, bin) => Math.round(900 + 700 * Math.sin(bin / 7) ** 2 + bin * 12)),
    ...overrides,
  };
}

/** One page of images in which each class has its own pattern. */
export function buildImagePage(dataset: DatasetSummary, offset: number, limit: number): ImagePage {
  const count = Math.max(0, Math.min(limit, dataset.images - offset));
  const size = dataset.height * dataset.width * dataset.channels;
  const pixels = new Uint8Array(count * size);
  const images = Array.from({ length: count }, (_, position) => {
    const index = offset + position;
    const label = index % dataset.classNames.length;
    for (let at = 0; at < size; at += 1) pixels[position * size + at] = (at * (label + 3) + index * 7) % 256;
    return { index, split: splitOf(dataset, index), label, origin: `train/${String(index).padStart(5, '0')}` };
  });
  return { matching: dataset.images, images, pixels };
}

function splitOf(dataset: DatasetSummary, index: number): (typeof SPLITS)[number] {
  let before = 0;
  for (const split of SPLITS) {
    before += dataset.splits[split].images;
    if (index < before) return split;
  }
  return 'test';
}
