/** Everything that is measured over the images of a version: its hash, and the statistics of its splits. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDetail, Split, SplitSummary } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import type { SourceSize, SplitStatistics } from '../../contract/datasetVersion.ts';
import { damaged, FILES, imageBytes } from '../layout.ts';
import type { PixelStatistics } from '../statistics.ts';
import { createPixelCounter } from '../statistics.ts';
import type { VersionContent } from './content.ts';
import { bytesOfUint16, uint32From } from './littleEndian.ts';
import { streamPixels } from './pixelStream.ts';

/** Sizes that statistics list. */
const LISTED_SIZES = 50;

/** What decides how images are measured. */
export interface MeasuredShape extends Pick<DatasetDetail, 'height' | 'width' | 'channels' | 'classNames'> {
  readonly splits: Readonly<Record<Split, SplitSummary>>;
}

/** What is measured. */
export interface Measured extends PixelStatistics {
  readonly contentHash: string;
  readonly statistics: Readonly<Record<Split, SplitStatistics>>;
}

/**
 * Reads all images of a version once.
 * @throws DenseLabError `dataset-damaged`.
 */
export async function measureVersion(
  directory: string,
  shape: MeasuredShape,
  content: VersionContent,
): Promise<Measured> {
  const hash = createHash('sha256');
  const sizes = await readSourceSizes(directory);
  const measured: { readonly pixels: PixelStatistics; readonly statistics: SplitStatistics }[] = [];
  let first = 0;
  for (const split of SPLITS) {
    const { images } = shape.splits[split];
    const positions = content.positions.subarray(first, first + images);
    const counter = createPixelCounter(shape.channels);
    for await (const piece of streamPixels(directory, imageBytes(shape), positions)) {
      hash.update(piece.pixels);
      counter.add(piece.pixels);
    }
    const pixels = counter.statistics();
    measured.push({ pixels, statistics: describeSplit(shape.splits[split], pixels, countSizes(sizes, positions)) });
    first += images;
  }
  const [train, validation, test] = measured;
  if (train === undefined || validation === undefined || test === undefined) throw new Error('a split is missing');
  const statistics = { train: train.statistics, validation: validation.statistics, test: test.statistics };
  const contentHash = finishHash(hash.update(bytesOfUint16(content.labels)), shape);
  return { ...train.pixels, contentHash, statistics };
}

/** The end of a content hash: shape, class names and counts, as JSON, after all pixels and all labels. Hex. */
export function finishHash(hash: ReturnType<typeof createHash>, shape: MeasuredShape): string {
  const { height, width, channels, classNames, splits } = shape;
  const counts = SPLITS.map((split) => splits[split].images);
  return hash.update(JSON.stringify({ height, width, channels, classNames, counts })).digest('hex');
}

/** Statistics of one split; of one without images only that it has none. */
export function describeSplit(
  { images, perClass }: SplitSummary,
  { mean, standardDeviation }: PixelStatistics,
  sizes: SizeCounts,
): SplitStatistics {
  if (images === 0) return { mean: [], standardDeviation: [], imbalance: null, sourceSizes: [], differentSizes: 0 };
  const used = perClass.filter((count) => count > 0);
  return {
    mean,
    standardDeviation,
    imbalance: Math.max(...used) / Math.min(...used),
    sourceSizes: sizes.commonest(),
    differentSizes: sizes.different,
  };
}

/** Counts source sizes. */
export class SizeCounts {
  readonly #counts = new Map<string, SourceSize>();

  /** Sizes seen. */
  get different(): number {
    return this.#counts.size;
  }

  /** Adds one image. */
  add(height: number, width: number): void {
    const key = `${String(height)}x${String(width)}`;
    this.#counts.set(key, { height, width, images: (this.#counts.get(key)?.images ?? 0) + 1 });
  }

  /** The commonest first, equally common ones by their size; at most 50. */
  commonest(): readonly SourceSize[] {
    const sorted = [...this.#counts.values()].sort(
      (one, other) => other.images - one.images || one.height - other.height || one.width - other.width,
    );
    return sorted.slice(0, LISTED_SIZES);
  }
}

/** Heights and widths of all source images of the import, in pairs; null where nobody knew. */
export async function readSourceSizes(directory: string): Promise<Uint32Array | null> {
  try {
    return uint32From(await readFile(join(directory, FILES.sourceSizes)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw damaged(directory, `${FILES.sourceSizes} cannot be read`, String(error));
  }
}

function countSizes(sizes: Uint32Array | null, positions: Uint32Array): SizeCounts {
  const counts = new SizeCounts();
  if (sizes !== null) for (const place of positions) counts.add(sizes[place * 2] ?? 0, sizes[place * 2 + 1] ?? 0);
  return counts;
}
