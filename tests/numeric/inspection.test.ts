/**
 * Maps that are looked at against PyTorch's, for the same weights and image (tests/fixtures/torch/maps.py): every value of every layer
 * to 1e-5 of the largest of its layer, gradients likewise to 1e-4. And what is measured over a split against a plain count.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DUPLICATE_CORRELATION } from '../../src-main/contract/inspect.ts';
import type { CheckpointRecord } from '../../src-main/contract/run.ts';
import type { DatasetReader } from '../../src-main/datasets/reader.ts';
import { measureActivity, type NetworkActivity } from '../../src-main/inspection/activity.ts';
import { readActivity, writeActivity } from '../../src-main/inspection/activityFile.ts';
import { viewActivity } from '../../src-main/inspection/activityView.ts';
import { classActivation, occlusion } from '../../src-main/inspection/classActivation.ts';
import { featureMaps, OpenRun, type LoadedCheckpoint, type Pass } from '../../src-main/inspection/openRun.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { writeCheckpoint } from '../../src-main/trainer/checkpoint.ts';
import type { Checkpoint } from '../../src-main/trainer/checkpoint.ts';
import { NOISE_IMAGES as IMAGES, noiseReader } from '../support/noiseReader.ts';
import { deviation, drawnCheckpoint, fixtureCheckpoint } from '../support/exchange.ts';
import { buildResNet, buildSpec, TINY_HIGHWAY, TINY_INCEPTION } from '../support/models.ts';
import { readTorchFixture } from '../support/torchFixture.ts';

const MAPS = 1e-5;
const GRADIENTS = 1e-4;
const CLASS = 1;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'denselab-inspection-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run whose only checkpoint is given. */
function open(name: string, checkpoint: Parameters<typeof writeCheckpoint>[1]): [OpenRun, LoadedCheckpoint] {
  const directory = join(folder, name);
  const record: CheckpointRecord = writeCheckpoint(directory, checkpoint);
  const run = new OpenRun(directory, cacheDirectory());
  return [run, run.checkpoint(record)];
}

describe.each(['bc', 'imagenet'])('the network of PyTorch called %s', (name) => {
  const maps = readTorchFixture(`maps-${name}`);
  const { fixture, checkpoint } = fixtureCheckpoint(name);
  const { height, width, channels } = fixture.case.input;
  const pixels = Uint8Array.from(fixture.tensor('images').data).subarray(0, height * width * channels);
  let run: OpenRun;
  let loaded: LoadedCheckpoint;
  beforeAll(() => ([run, loaded] = open(name, checkpoint)));
  afterAll(() => run.close());

  it('shows the maps of every layer as PyTorch computes them', async () => {
    const pass = await run.pass(loaded, pixels);
    const off = loaded.plan.layers.map(({ name: layer }) => ({
      layer,
      off: deviation(featureMaps(loaded, pass, layer).values, maps.floats(`maps/${layer}`)),
    }));
    expect(off.filter((each) => !(each.off <= MAPS))).toEqual([]);
    expect(deviation(pass.probabilities, maps.floats('probabilities'))).toBeLessThan(MAPS);
  });

  it('weighs maps by the gradients that PyTorch has, and sums them to Grad-CAM', async () => {
    const layers = loaded.plan.layers.filter(({ name: layer }) => maps.has(`gradients/${layer}`));
    expect(layers.length).toBeGreaterThan(10);
    for (const { name: layer, outputShape } of layers) {
      const found = await classActivation(run, loaded, { pixels, class: CLASS }, layer);
      const weights = maps.floats(`gradients/${layer}`);
      expect(deviation(found.weights, weights), layer).toBeLessThan(GRADIENTS);
      const values = maps.floats(`maps/${layer}`);
      const sums = Float32Array.from({ length: (outputShape[0] ?? 0) * (outputShape[1] ?? 0) }, (_, pixel) =>
        Math.max(
          0,
          weights.reduce((sum, weight, map) => sum + weight * (values[pixel * weights.length + map] ?? NaN), 0),
        ),
      );
      const terms = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) * Math.max(...values.map(Math.abs));
      sums.forEach((sum, pixel) => expect(Math.abs(sum - (found.values[pixel] ?? NaN))).toBeLessThan(1e-5 * terms));
    }
  });

  it('gives maps that are set side by side the weights of what made them', async () => {
    const { weights } = await classActivation(run, loaded, { pixels, class: CLASS }, 'block2/layer1/concat');
    const made = ['transition1/pool', 'block2/layer1/conv2'];
    const expected = made.flatMap((layer) => Array.from(maps.floats(`gradients/${layer}`)));
    expect(deviation(weights, expected)).toBeLessThan(GRADIENTS);
  });
});

/** Images of noise in a split. */
/** A stem whose second map is twice its first, a first BatchNorm that keeps the third of its maps below 0, and gammas below 0. */
function withDuplicates(checkpoint: Checkpoint): Checkpoint {
  const norm = checkpoint.tensors.find(({ name }) => name.endsWith('/beta'))?.name;
  const tensors = checkpoint.tensors.map((tensor) => {
    const outputs = tensor.shape.at(-1) ?? 1;
    if (tensor.name === norm) return { ...tensor, data: tensor.data.map((value, at) => (at === 2 ? -1e6 : value)) };
    if (tensor.name.endsWith('/gamma')) {
      return { ...tensor, data: tensor.data.map((value, at) => (at % 3 === 0 ? -value : value)) };
    }
    if (tensor.name !== 'stem/conv/weights') return tensor;
    return {
      ...tensor,
      data: tensor.data.map((value, at, all) => (at % outputs === 1 ? 2 * (all[at - 1] ?? NaN) : value)),
    };
  });
  return { ...checkpoint, tensors };
}

/** Pearson's. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], y: readonly number[], dx: number, dy: number): number =>
    x.reduce((sum, value, at) => sum + (value - dx) * ((y[at] ?? NaN) - dy), 0);
  return product(a, b, meanA, meanB) / Math.sqrt(product(a, a, meanA, meanA) * product(b, b, meanB, meanB));
}

const INPUT = { height: 9, width: 8, channels: 3 };

describe.each([
  ['DenseNet-BC', buildSpec({ dropoutRate: 0.2 })],
  ['pre-activation ResNet', buildResNet({ form: 'preactivation', unit: 'bottleneck', shortcut: 'B' })],
  ['ResNet with shortcuts A', buildResNet({ finalSurvival: 0.5 })],
  ['Highway', TINY_HIGHWAY],
  ['Inception', TINY_INCEPTION],
] as const)('a pass over a split of a %s', (name, spec) => {
  let run: OpenRun;
  let loaded: LoadedCheckpoint;
  let reader: DatasetReader;
  let activity: NetworkActivity;
  let maps: ReadonlyMap<string, readonly Float32Array[]>;

  beforeAll(async () => {
    [run, loaded] = open(name, withDuplicates(drawnCheckpoint(spec, INPUT, 4)));
    reader = noiseReader(INPUT);
    const following = { signal: new AbortController().signal, onProgress: () => undefined };
    activity = await measureActivity(run, loaded, reader, 'test', following);
    const passes: Pass[] = [];
    for (let image = 0; image < IMAGES; image++) {
      const pixels = new Uint8Array(INPUT.height * INPUT.width * INPUT.channels);
      reader.gather('test', [image], pixels);
      passes.push(await run.pass(loaded, pixels));
    }
    maps = new Map(
      loaded.plan.layers.map((layer) => [
        layer.name,
        passes.map((pass) => featureMaps(loaded, pass, layer.name).values),
      ]),
    );
  });
  afterAll(() => run.close());

  it('finds the limits and the top images of every map of every layer', () => {
    for (const { name: layer } of loaded.plan.layers) {
      const found = viewActivity(loaded.plan, loaded.values, activity, layer);
      const values = maps.get(layer) ?? [];
      for (let map = 0; map < found.maps; map++) {
        const ofImage = values.map((each) => each.filter((_, at) => at % found.maps === map));
        const largest = ofImage.map((each) => Math.max(...each));
        const scale = 1e-4 * Math.max(1, ...largest.map(Math.abs));
        expect(Math.abs((found.most[map] ?? NaN) - Math.max(...largest)), layer).toBeLessThan(scale);
        expect(
          Math.abs((found.least[map] ?? NaN) - Math.min(...ofImage.flatMap((each) => Math.min(...each)))),
        ).toBeLessThan(scale);
        expect(found.dead[map], layer).toBe(
          ofImage.every((each) => each.every((value) => value === ofImage[0]?.[0])) ? 1 : 0,
        );
        const top = Array.from(found.top.images.subarray(map * found.top.perMap, (map + 1) * found.top.perMap));
        const sorted = [...largest].sort((a, b) => b - a);
        top.forEach((image, rank) =>
          expect(Math.abs((largest[image] ?? NaN) - (sorted[rank] ?? NaN))).toBeLessThan(scale),
        );
      }
    }
  });

  it('finds which maps of a layer are duplicates', () => {
    let pairs = 0;
    for (const { name: layer, operation } of loaded.plan.layers) {
      // Correlations are told of maps before a ReLU.
      if (operation.kind === 'relu') continue;
      const found = viewActivity(loaded.plan, loaded.values, activity, layer);
      const values = maps.get(layer) ?? [];
      const series = Array.from({ length: found.maps }, (_, map) =>
        values.flatMap((each) => Array.from(each.filter((_value, at) => at % found.maps === map))),
      );
      for (let map = 0; map < found.maps; map++) {
        const expected = series
          .slice(0, map)
          .findIndex((other) => correlation(other, series[map] ?? []) >= DUPLICATE_CORRELATION);
        expect([layer, map, found.duplicateOf[map]]).toEqual([layer, map, expected]);
        if (expected >= 0) pairs++;
      }
    }
    expect(pairs).toBeGreaterThan(0);
  });

  it('says how sure the network is with a square of the mean colour over each place', async () => {
    const { height, width, channels } = INPUT;
    const pixels = new Uint8Array(height * width * channels);
    reader.gather('test', [0], pixels);
    const { probabilities } = await run.pass(loaded, pixels);
    const square = { size: 4, stride: 3 };
    const found = await occlusion(run, loaded, { pixels, class: CLASS }, square);
    expect([found.rows, found.columns]).toEqual([Math.ceil(height / 3), Math.ceil(width / 3)]);
    expect(found.uncovered).toBeCloseTo(probabilities[CLASS] ?? NaN, 6);
    const covered = pixels.slice();
    // Four by four pixels with (3, 3) in their middle: from 1 to 4.
    for (const row of [1, 2, 3, 4]) {
      for (const column of [1, 2, 3, 4]) {
        covered.set(loaded.normalisation.mean, (row * width + column) * channels);
      }
    }
    const alone = (await run.pass(loaded, covered)).probabilities[CLASS] ?? NaN;
    expect(found.probabilities[found.columns + 1]).toBeCloseTo(alone, 5);
  });

  it('keeps what it has measured', () => {
    const key = {
      directory: join(folder, name),
      sha256: loaded.record.sha256,
      split: 'test',
      contentHash: 'none',
    } as const;
    expect(readActivity(key)).toBeNull();
    writeActivity(key, activity);
    expect(readActivity(key)).toEqual(activity);
    expect(readActivity({ ...key, contentHash: 'other' })).toBeNull();
  });
});
