/** One pass over a split: what every map of the network does there. */

import { TOP_IMAGES } from '../contract/inspect.ts';
import type { Split } from '../contract/dataset.ts';
import type { DatasetReader } from '../datasets/reader.ts';
import { float32Data } from '../tensorflow/tensor.ts';
import { cutIntoBatches } from '../trainer/batches.ts';
import { evaluationBatch } from '../model/evaluationBatch.ts';
import { BatchFeeder } from '../trainer/feeder.ts';
import type { LoadedCheckpoint, OpenRun } from './openRun.ts';
import { allImages, pause, type Following } from './passes.ts';

/** For each map the images in which it is most extreme, most extreme first: [maps, perMap]. */
export interface Extremes {
  readonly images: Uint32Array;
  readonly values: Float32Array;
}

/** What a layer's own maps do over a split. The first of each list is the limit over all images and pixels. */
export interface MadeActivity {
  /** By the largest value in an image. */
  readonly high: Extremes;
  /** By the smallest. */
  readonly low: Extremes;
}

/** What the maps of a network do over a split. */
export interface NetworkActivity {
  readonly images: number;
  /** Images that are kept for each map. */
  readonly perMap: number;
  readonly made: ReadonlyMap<string, MadeActivity>;
  /** By group of maps Pearson's correlations two by two, [maps, maps]; 0 where a map does not change. */
  readonly correlations: ReadonlyMap<string, Float32Array>;
}

/**
 * Shows every image of a split to the network once. Other questions are answered between two batches.
 * @throws DenseLabError `dataset-empty`, `cancelled`
 */
export async function measureActivity(
  run: OpenRun,
  checkpoint: LoadedCheckpoint,
  reader: DatasetReader,
  split: Split,
  { signal, onProgress }: Following,
): Promise<NetworkActivity> {
  const images = allImages(reader, split).positions.length;
  const perMap = Math.min(TOP_IMAGES, images);
  const ranks = new Map<string, { high: Ranking; low: Ranking }>();
  const moments = new Map<string, Moments>();
  const batchSize = evaluationBatch(reader.detail);
  const feeder = new BatchFeeder(reader, split, batchSize + 1);
  for (const batch of cutIntoBatches(images, batchSize)) {
    const loaded = feeder.load(batch, (index) => index);
    const found = await run.inspect(checkpoint, ({ model, session }) => {
      const names = Object.keys(model.limits);
      const limits = Object.values(model.limits).flatMap(({ most, negatedLeast }) => [most, negatedLeast]);
      const sums = Object.values(model.moments).flatMap(({ products, means }) => [products, means]);
      const values = session.run({ [model.images]: loaded.images }, [...limits, ...sums]).map(float32Data);
      const groups = Object.keys(model.moments);
      return { limits: inPairs(names, values), sums: inPairs(groups, values.slice(limits.length)) };
    });
    for (const [name, most, negated] of found.limits) {
      const rank = ranks.get(name) ?? rankings(most.length / batch.size, perMap);
      ranks.set(name, rank);
      rank.high.add(most, batch.offset);
      rank.low.add(negated, batch.offset);
    }
    for (const [name, products, means] of found.sums) {
      const sum = moments.get(name) ?? new Moments(Math.sqrt(products.length), pixelsOf(checkpoint, name));
      moments.set(name, sum);
      sum.add(products, means);
    }
    onProgress(batch.offset + batch.size, images);
    await pause(signal);
  }
  return {
    images,
    perMap,
    made: new Map([...ranks].map(([name, { high, low }]) => [name, { high: high.found(1), low: low.found(-1) }])),
    correlations: new Map([...moments].map(([name, sum]) => [name, sum.correlations()])),
  };
}

/** Each name with its two of the values. */
function inPairs(
  names: readonly string[],
  values: readonly Float32Array[],
): readonly (readonly [string, Float32Array, Float32Array])[] {
  const none = new Float32Array(0);
  return names.map((name, at) => [name, values[2 * at] ?? none, values[2 * at + 1] ?? none]);
}

function pixelsOf({ plan }: LoadedCheckpoint, name: string): number {
  const shape = plan.layers.find((layer) => layer.name === name)?.outputShape ?? [];
  return shape.slice(0, -1).reduce((product, size) => product * size, 1);
}

function rankings(maps: number, perMap: number): { high: Ranking; low: Ranking } {
  return { high: new Ranking(maps, perMap), low: new Ranking(maps, perMap) };
}

/** The largest values of each map, with their images; of equals the earlier image comes first. */
class Ranking {
  readonly #maps: number;
  readonly #perMap: number;
  readonly #values: Float32Array;
  readonly #images: Uint32Array;

  constructor(maps: number, perMap: number) {
    this.#maps = maps;
    this.#perMap = perMap;
    this.#values = new Float32Array(maps * perMap).fill(-Infinity);
    this.#images = new Uint32Array(maps * perMap);
  }

  /** @param values [images, maps] of images one after another from `first` */
  add(values: Float32Array, first: number): void {
    for (let at = 0; at < values.length; at++) {
      const value = values[at] ?? NaN;
      const map = at % this.#maps;
      const last = (map + 1) * this.#perMap - 1;
      if (value > (this.#values[last] ?? Infinity))
        this.#insert(last, map * this.#perMap, value, first + Math.floor(at / this.#maps));
    }
  }

  #insert(last: number, begin: number, value: number, image: number): void {
    let place = last;
    while (place > begin && value > (this.#values[place - 1] ?? Infinity)) {
      this.#values[place] = this.#values[place - 1] ?? NaN;
      this.#images[place] = this.#images[place - 1] ?? 0;
      place--;
    }
    this.#values[place] = value;
    this.#images[place] = image;
  }

  /** @param sign -1 where the negated values were added */
  found(sign: 1 | -1): Extremes {
    return { images: this.#images, values: this.#values.map((value) => value * sign) };
  }
}

/** Sums of maps and of their products, in float64 over the batches. */
class Moments {
  readonly #maps: number;
  readonly #pixels: number;
  readonly #products: Float64Array;
  readonly #sums: Float64Array;
  #images = 0;

  constructor(maps: number, pixels: number) {
    this.#maps = maps;
    this.#pixels = pixels;
    this.#products = new Float64Array(maps * maps);
    this.#sums = new Float64Array(maps);
  }

  /** @param means [images, maps] */
  add(products: Float32Array, means: Float32Array): void {
    for (let at = 0; at < products.length; at++) this.#products[at] = (this.#products[at] ?? 0) + (products[at] ?? NaN);
    for (let at = 0; at < means.length; at++) {
      const map = at % this.#maps;
      this.#sums[map] = (this.#sums[map] ?? 0) + (means[at] ?? NaN);
    }
    this.#images += means.length / this.#maps;
  }

  correlations(): Float32Array {
    const maps = this.#maps;
    const mean = this.#sums.map((sum) => sum / this.#images);
    const square = (a: number, b: number): number =>
      (this.#products[a * maps + b] ?? NaN) / (this.#images * this.#pixels);
    const variance = mean.map((each, map) => square(map, map) - each * each);
    // Below that, a variance is what rounding leaves of the difference.
    const changes = variance.map((each, map) => (each > 1e-6 * square(map, map) ? 1 : 0));
    const found = new Float32Array(maps * maps);
    for (let a = 0; a < maps; a++) {
      for (let b = 0; b < maps; b++) {
        if (changes[a] === 0 || changes[b] === 0) continue;
        const covariance = square(a, b) - (mean[a] ?? NaN) * (mean[b] ?? NaN);
        found[a * maps + b] = covariance / Math.sqrt((variance[a] ?? NaN) * (variance[b] ?? NaN));
      }
    }
    return found;
  }
}
