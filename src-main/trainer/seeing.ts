/** What a network that is trained by a recipe sees of one image. */

import type { AugmentedImages } from '../contract/datasetVersion.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import type { Split } from '../contract/dataset.ts';
import { SPLITS } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';
import { createRandom } from '../datasets/random.ts';
import { openDatasetReader, type DatasetReader } from '../datasets/reader.ts';
import { compileSeeing } from '../graph/seeing.ts';
import type { InputShape } from '../contract/model.ts';
import { openSession } from '../tensorflow/session.ts';
import { float32Data, float32Tensor, int32Tensor, uint8Tensor } from '../tensorflow/tensor.ts';
import { normalisationOf } from './settings.ts';
import { mixupShare, stepSeed } from './step.ts';

/** Which image, and by what recipe. */
export interface SeeingRequest {
  /** Folder of the dataset. */
  readonly directory: string;
  readonly version: number;
  /** Position in the whole version. */
  readonly image: number;
  readonly recipe: TrainingRecipe;
  /** How often. */
  readonly count: number;
}

/**
 * Sends an image through the augmentation of a training step, as the first step of that recipe's first epoch would draw it, and
 * takes the normalisation back. Where images are blended, the others are drawn from the train split.
 * @throws DenseLabError `dataset-damaged`, `dataset-version-unknown`, `usage` for an image that is not there, and those of TensorFlow
 */
export function seeImage(request: SeeingRequest): AugmentedImages {
  const reader = openDatasetReader(request.directory, request.version);
  try {
    return see(request, reader);
  } finally {
    reader.close();
  }
}

function see({ image, recipe, count }: SeeingRequest, reader: DatasetReader): AugmentedImages {
  const { height, width, channels } = reader.detail;
  const normalisation = normalisationOf(recipe, reader.detail);
  const model = compileSeeing(shapeOf(reader), { ...normalisation, augmentation: recipe.augmentation });
  const { mixup } = recipe.augmentation;
  const seed: [number, number] = [stepSeed(recipe.seed, 1), 1];
  // In turn with others where a blend needs a neighbour.
  const stride = mixup === null ? 1 : 2;
  const batch = batchOf(reader, image, { count, stride, seed: recipe.seed });
  const session = openSession(model.graph, undefined, 'CPU:0');
  try {
    const feeds = {
      [model.feeds.images]: uint8Tensor([count * stride, height, width, channels], batch),
      [model.feeds.seed]: int32Tensor([2], seed),
      ...(mixup === null || model.feeds.mixup === undefined
        ? {}
        : { [model.feeds.mixup]: float32Tensor([], [mixupShare(mixup.alpha, seed)]) }),
    };
    const [seen] = session.run(feeds, [model.seen]);
    const pixels = restore(float32Data(seen), { channels, normalisation, stride, size: height * width * channels });
    return { height, width, channels, pixels };
  } finally {
    session.close();
  }
}

function shapeOf({ detail }: DatasetReader): InputShape {
  const { height, width, channels } = detail;
  return { height, width, channels };
}

/** The image `count` times, each followed by others. */
function batchOf(
  reader: DatasetReader,
  image: number,
  { count, stride, seed }: { readonly count: number; readonly stride: number; readonly seed: number },
): Uint8Array {
  const { height, width, channels, splits } = reader.detail;
  const size = height * width * channels;
  const batch = new Uint8Array(count * stride * size);
  const { split, index } = placeOf(reader, image);
  const random = createRandom(seed);
  for (let slot = 0; slot < count * stride; slot++) {
    const isOwn = slot % stride === 0;
    const target = batch.subarray(slot * size, (slot + 1) * size);
    if (isOwn) reader.gather(split, [index], target);
    else reader.gather('train', [random.below(splits.train.images)], target);
  }
  return batch;
}

function placeOf({ detail }: DatasetReader, image: number): { split: Split; index: number } {
  let first = 0;
  for (const split of SPLITS) {
    const { images } = detail.splits[split];
    if (image < first + images) return { split, index: image - first };
    first += images;
  }
  throw new DenseLabError('usage', `There is no image ${String(image)} in this version.`, 'Choose another image.');
}

/** Pixels from 0 to 255 of every `stride`-th image. */
function restore(
  seen: Float32Array,
  {
    channels,
    normalisation: { mean, standardDeviation },
    stride,
    size,
  }: {
    readonly channels: number;
    readonly normalisation: ReturnType<typeof normalisationOf>;
    readonly stride: number;
    readonly size: number;
  },
): Uint8Array {
  const pixels = new Uint8Array(seen.length / stride);
  for (let index = 0; index < pixels.length; index++) {
    const from = Math.floor(index / size) * stride * size + (index % size);
    const deviation = standardDeviation[index % channels] ?? 0;
    const value = (seen[from] ?? 0) * (deviation > 0 ? deviation : 1) + (mean[index % channels] ?? 0);
    pixels[index] = Math.max(0, Math.min(255, Math.round(value)));
  }
  return pixels;
}
