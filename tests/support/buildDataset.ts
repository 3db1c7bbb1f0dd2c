import type { ImportPreview, PreviewPixels, PreviewRequest } from '../../src-main/contract/conversion.ts';
import type { DatasetDetail, DatasetSummary, ImagePage, SplitSummary } from '../../src-main/contract/dataset.ts';
import { SPLITS } from '../../src-main/contract/dataset.ts';
import type { SplitStatistics } from '../../src-main/contract/datasetVersion.ts';

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

/** Statistics of a split of 28x28 images. */
function buildStatistics({ images }: SplitSummary): SplitStatistics {
  if (images === 0) return { mean: [], standardDeviation: [], imbalance: null, sourceSizes: [], differentSizes: 0 };
  const sourceSizes = [{ height: 28, width: 28, images }];
  return { mean: [72.94], standardDeviation: [90.02], imbalance: 1, sourceSizes, differentSizes: 1 };
}

/** The same with everything that its page shows. */
export function buildDatasetDetail(overrides: Partial<DatasetDetail> = {}): DatasetDetail {
  const dataset = buildDataset(overrides);
  return {
    ...dataset,
    mean: [72.94],
    standardDeviation: [90.02],
    conversion: 'Stored as they were: 28 by 28 grey pixels.',
    conversionSettings: null,
    splitSeed: null,
    skipped: [],
    versions: [
      {
        number: 1,
        createdAt: dataset.createdAt,
        note: 'Imported',
        images: dataset.images,
        contentHash: dataset.contentHash,
      },
    ],
    editedFrom: null,
    statistics: {
      train: buildStatistics(dataset.splits.train),
      validation: buildStatistics(dataset.splits.validation),
      test: buildStatistics(dataset.splits.test),
    },
    duplicates: {
      exact: { groups: 0, surplus: 0, acrossSplits: 0, acrossClasses: 0 },
      near: { groups: 0, surplus: 0, acrossSplits: 0, acrossClasses: 0 },
    },
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
    return {
      index,
      split: splitOf(dataset, index),
      label,
      origin: `train/${String(index).padStart(5, '0')}`,
      sourceHeight: dataset.height,
      sourceWidth: dataset.width,
      duplicates: 0,
    };
  });
  return { matching: dataset.images, images, height: dataset.height, width: dataset.width, pixels };
}

function splitOf(dataset: DatasetSummary, index: number): (typeof SPLITS)[number] {
  let before = 0;
  for (const split of SPLITS) {
    before += dataset.splits[split].images;
    if (index < before) return split;
  }
  return 'test';
}

/** A preview of two classes: gradients that the conversion makes as large as it says, grey where it asks for grey. */
export function buildPreview({ conversion, source, choice }: PreviewRequest): ImportPreview {
  const { height, width } = conversion.size ?? { height: 64, width: 64 };
  const channels = conversion.colour === 'grey' ? 1 : 3;
  const gradient = (rows: number, columns: number, depth: 1 | 3, phase: number): PreviewPixels => ({
    height: rows,
    width: columns,
    channels: depth,
    pixels: Uint8Array.from({ length: rows * columns * depth }, (_, index) => (index * 5 + phase) % 256),
  });
  const images = Array.from({ length: 12 }, (_, index) => ({
    origin: `train/${index % 2 === 0 ? 'daisy' : 'rose'}/${String(index)}.jpg`,
    split: 'train' as const,
    className: index % 2 === 0 ? 'daisy' : 'rose',
    before: gradient(60 + index * 10, 120, 3, index),
    after: gradient(height, width, channels, index),
    sourceHeight: 600 + index * 100,
    sourceWidth: 1200,
  }));
  return {
    found: [
      {
        choice: '.',
        format: 'folder',
        title: 'Images, a folder per class',
        images: 1200,
        classNames: ['daisy', 'rose'],
      },
    ],
    choice: choice ?? '.',
    suggestedName: source.kind === 'sample' ? 'shapes-10' : 'flowers',
    splits: { train: 1000, validation: 0, test: 200 },
    classNames: ['daisy', 'rose'],
    height,
    width,
    channels,
    conversion: 'Scaled until the shorter side fits; transparency over white.',
    images,
    skippedCount: 1,
    skipped: [{ path: 'train/rose/broken.jpg', reason: 'Truncated JPEG', remedy: 'Copy or export it again' }],
    bytes: 1200 * (height * width * channels + 2),
  };
}
