/** A graph that only augments: the very nodes that a training step begins with, to show what a network sees. */

import type { InputShape } from '../contract/model.ts';
import { trainingImages, type SeeingSettings } from './lower/trainingImages.ts';
import type { Graph } from './node.ts';
import { identity } from './ops/identity.ts';
import { placeholder } from './ops/placeholder.ts';
import { fetchName, Scope } from './scope.ts';
import { verifyGraph } from './verify.ts';

/** A compiled augmentation. */
export interface SeeingModel {
  readonly graph: Graph;
  /** `images`: uint8 [n, h, w, channels]; `seed`: int32 [2]; `mixup`: float32 [], where the augmentation blends images. */
  readonly feeds: { readonly images: string; readonly seed: string; readonly mixup?: string };
  /** float32 [n, h, w, channels], normalised. */
  readonly seen: string;
}

/** Compiles what a step does to its images before the first layer. The batch size is free. */
export function compileSeeing({ height, width, channels }: InputShape, settings: SeeingSettings): SeeingModel {
  const root = Scope.root();
  const images = placeholder(root, 'images', 'uint8', [-1, height, width, channels]);
  const seed = placeholder(root, 'seed', 'int32', [2]);
  const share = settings.augmentation.mixup === null ? undefined : placeholder(root, 'mixup', 'float32', []);
  const seen = identity(root, trainingImages(root, images, settings, { seed, share }), 'seen');
  const feeds = {
    images: fetchName(images),
    seed: fetchName(seed),
    ...(share === undefined ? {} : { mixup: fetchName(share) }),
  };
  const graph = root.graph();
  verifyGraph(graph, [...Object.values(feeds), fetchName(seen)]);
  return { graph, feeds, seen: fetchName(seen) };
}
