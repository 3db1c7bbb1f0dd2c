/** Experiments on networks in TensorFlow: what is recorded of a step, probed, compared and tried, against a plain count. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { NetworkChange } from '../../src-main/contract/study.ts';
import type { InspectorQuestions, Question } from '../../src-main/inspection/messages.ts';
import { featureMaps, OpenRun, type LoadedCheckpoint } from '../../src-main/inspection/openRun.ts';
import { probePlaces } from '../../src-main/inspection/studied.ts';
import { Studies } from '../../src-main/inspection/studies.ts';
import { loadBlockKernels } from '../../src-main/tensorflow/blockKernels.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { float32Data } from '../../src-main/tensorflow/tensor.ts';
import { writeCheckpoint, type Checkpoint } from '../../src-main/trainer/checkpoint.ts';
import { watchStep } from '../../src-main/trainer/flow.ts';
import { deviation, drawnCheckpoint } from '../support/exchange.ts';
import { RunningNetwork, type NetworkOptions, type State } from '../support/graph/network.ts';
import { buildSpec } from '../support/models.ts';
import { NOISE_IMAGES, noiseReader } from '../support/noiseReader.ts';

const BC = { blockLayers: [2, 1], growthRate: 5, initialFeatures: 10, bottleneck: true, compression: 0.5 };
const INPUT = { height: 9, width: 8, channels: 3 };
const SPEC = buildSpec(BC);

const WAYS: Readonly<Record<string, NetworkOptions>> = {
  stock: { spec: BC, settings: { weightDecay: 0.01, gradientClipping: 0.5 } },
  'in parts': { spec: BC, settings: { accumulation: 2 } },
  'by Adam': { spec: BC, settings: { optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } } },
  ...(loadBlockKernels().available ? { 'by native kernels': { spec: BC, settings: { kernels: 'block' } } } : {}),
};

/** Root of the sum of squares over the tensors of a layer. */
function lengthOf(state: State, layer: string, value: (name: string, at: number) => number): number {
  const names = Object.keys(state).filter((name) => new RegExp(`^${layer}/(weights|bias|gamma|beta)$`).test(name));
  return Math.hypot(...names.flatMap((name) => Array.from(state[name] ?? [], (_, at) => value(name, at))));
}

describe.each(Object.entries(WAYS))('gradient flow of a step, %s', (_, options) => {
  it('sums to the norm of the whole gradient, and is what the weights have moved by', () => {
    const network = new RunningNetwork(options);
    const before = network.read();
    const watching = watchStep({ compiled: network.model, session: network.session });
    const parts = network.model.accumulate === null ? [network.batch(4)] : [network.batch(2), network.batch(2, 2)];
    const { gradientNorm } = network.stepInParts(parts, 0.1);
    const flow = watching.measure();
    const after = network.read();
    const learning = network.plan.layers.filter(({ parameters }) => parameters > 0);
    expect(flow.map(({ layer }) => layer)).toEqual(learning.map(({ name }) => name));
    expect(Math.hypot(...flow.map((each) => each.gradientNorm)) / gradientNorm).toBeCloseTo(1, 5);
    for (const { layer, updateRatio } of flow) {
      const weight = lengthOf(before, layer, (name, at) => before[name]?.[at] ?? NaN);
      const moved = lengthOf(before, layer, (name, at) => (after[name]?.[at] ?? NaN) - (before[name]?.[at] ?? NaN));
      expect((updateRatio ?? NaN) / (moved / weight), layer).toBeCloseTo(1, 4);
    }
    network.session.close();
  });
});

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'denselab-studies-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(name: string, checkpoint: Checkpoint) {
  const directory = join(folder, name);
  const run = new OpenRun(directory, cacheDirectory());
  return { run, directory, loaded: run.checkpoint(writeCheckpoint(directory, checkpoint)) };
}

describe('experiments on a DenseNet-BC', () => {
  const reader = noiseReader(INPUT, 4);
  const checkpoint = drawnCheckpoint(SPEC, INPUT, 4);
  let opened: ReturnType<typeof open>;
  let studies: Studies;
  let shown = 0;
  beforeAll(() => {
    opened = open('whole', checkpoint);
    studies = new Studies(opened.run, () => reader);
  });
  afterAll(() => opened.run.close());

  async function ask<K extends 'probe' | 'similarity' | 'whatIf'>(
    kind: K,
    more: Omit<InspectorQuestions[K]['input'], 'dataset' | 'split'>,
    of: { readonly studies: Studies; readonly loaded: LoadedCheckpoint } = { studies, loaded: opened.loaded },
  ): Promise<InspectorQuestions[K]['output']> {
    const input = { dataset: { directory: 'noise', version: 1 }, split: 'test', ...more } as const;
    const question = { kind, number: 1, checkpoint: of.loaded.record, input } as Question<K>;
    const answer = await of.studies.answer(question, of.loaded, () => ({
      signal: new AbortController().signal,
      onProgress: (done) => (shown = done),
    }));
    if (answer.kind !== kind) throw new Error(answer.kind);
    return answer.output as InspectorQuestions[K]['output'];
  }

  it('probe the means of the maps that the next layers read', async () => {
    const { run, loaded } = opened;
    const pixels = new Uint8Array(INPUT.height * INPUT.width * INPUT.channels);
    reader.gather('test', [3], pixels);
    const pass = await run.pass(loaded, pixels);
    const places = probePlaces(loaded.plan);
    expect(places.map(({ layer }) => layer)).toEqual(['block1/layer1/relu1', 'transition1/relu', 'head/relu']);
    const images = { dataType: 'uint8', shape: [1, INPUT.height, INPUT.width, INPUT.channels], data: pixels } as const;
    for (const { layer } of places) {
      const found = await run.study(loaded, ({ model, session }) =>
        float32Data(session.run({ [model.images]: images }, [model.features[layer] ?? ''])[0]),
      );
      const { values, maps, height, width } = featureMaps(loaded, pass, layer);
      const means = new Float64Array(maps);
      values.forEach((value, at) => (means[at % maps] = (means[at % maps] ?? 0) + value / (height * width)));
      expect(deviation(found, means), layer).toBeLessThan(1e-5);
    }
  });

  it('fit a probe at each place once, and keep what it found', async () => {
    const found = await ask('probe', {});
    expect(found).toMatchObject({ fittedTo: NOISE_IMAGES, images: NOISE_IMAGES, split: 'test' });
    expect(found.places.map(({ place, features }) => [place, features])).toEqual([
      ['stem', 10],
      ['block1', 20],
      ['block2', 15],
    ]);
    // The same images: what was fitted and what is judged must agree.
    for (const { trainAccuracy, accuracy } of found.places) expect(accuracy).toBe(trainAccuracy);
    shown = 0;
    expect(await ask('probe', {})).toEqual(found);
    expect(shown).toBe(0);
  });

  it('find a network like itself, and layers of another less so', async () => {
    const { directory, loaded } = opened;
    const own = await ask('similarity', { other: { directory, checkpoint: loaded.record } });
    expect(own.a.units).toContain('block1/layer2');
    expect(own.images).toBe(NOISE_IMAGES);
    own.matrix.forEach((row, layer) => expect(row[layer]).toBeCloseTo(1, 6));
    const other = open('other', drawnCheckpoint(buildSpec({ ...BC, growthRate: 4 }), INPUT, 3));
    const apart = await ask('similarity', { other: { directory: other.directory, checkpoint: other.loaded.record } });
    // Both begin with the same stem.
    expect(apart.matrix[0]?.[0]).toBeCloseTo(1, 6);
    const behind = apart.matrix.slice(1).flatMap((row) => row.slice(1));
    expect(behind.every((value) => value !== null && value < 0.9999)).toBe(true);
    const small = open('small', drawnCheckpoint(SPEC, { ...INPUT, height: 8 }, 4));
    const asked = ask('similarity', { other: { directory: small.directory, checkpoint: small.loaded.record } });
    await expect(asked).rejects.toThrow('one reads 9x8x3, the other 8x8x3');
  });

  it('try a cut, which does what a checkpoint with these weights set to 0 does, and leave the network as it was', async () => {
    const cut: NetworkChange = { kind: 'cut', source: 'block1/layer1', reader: 'block1/layer2' };
    const found = await ask('whatIf', { changes: [cut] });
    // The layer reads 10 maps of the stem, then the 5 of layer 1, by 20 1x1 convolutions.
    const tensors = checkpoint.tensors.map((tensor) =>
      tensor.name === 'block1/layer2/conv1/weights'
        ? { ...tensor, data: tensor.data.map((value, at) => (at >= 10 * 20 && at < 15 * 20 ? 0 : value)) }
        : tensor,
    );
    const { run, loaded } = open('by hand', { ...checkpoint, tensors });
    const byHand = await ask('whatIf', { changes: [cut] }, { studies: new Studies(run, () => reader), loaded });
    await run.close();
    expect(found.zeroed).toBe(5 * 20);
    expect(found.after).toEqual(byHand.before);
    expect(byHand.after).toEqual(byHand.before);
    expect(found.after.loss).not.toBe(found.before.loss);
    const again = await ask('whatIf', { changes: [{ kind: 'quantise', bits: 16 }] });
    expect(again.before).toEqual(found.before);
    expect(again.after.loss / again.before.loss).toBeCloseTo(1, 2);
  });
});
