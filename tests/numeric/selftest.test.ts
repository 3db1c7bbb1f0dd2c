import { mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { InputShape, ModelSpec } from '../../src-main/contract/model.ts';
import { STANDARD_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import { compileModel } from '../../src-main/graph/compile.ts';
import type { Graph } from '../../src-main/graph/node.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { kernelCases } from '../../src-main/tensorflow/selftest/cases.ts';
import { checkKernels } from '../../src-main/tensorflow/selftest/check.ts';
import { requireSoundKernels, selfTest } from '../../src-main/tensorflow/selftest/selfTest.ts';
import { openSession } from '../../src-main/tensorflow/session.ts';
import { float32Data, float32Tensor } from '../../src-main/tensorflow/tensor.ts';
import { HandmadeGraph } from '../support/handmadeGraph.ts';

const BC: ModelSpec = {
  version: 1,
  family: 'densenet',
  stem: 'cifar',
  blockLayers: [6, 6, 6],
  growthRate: 12,
  bottleneck: true,
  compression: 0.5,
  initialFeatures: 24,
  dropoutRate: 0,
};
const IMAGENET: ModelSpec = { ...BC, stem: 'imagenet', blockLayers: [1, 2], initialFeatures: 16 };
const CIFAR_INPUT: InputShape = { height: 32, width: 32, channels: 3 };

function graphOf(spec: ModelSpec, input: InputShape): Graph {
  const settings = {
    mean: Array.from({ length: input.channels }, () => 128),
    standardDeviation: Array.from({ length: input.channels }, () => 64),
    augmentation: STANDARD_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    weightDecay: 1e-4,
  } as const;
  return compileModel(planModel(spec, input, 10), settings).graph;
}

/** The gradient of a 1x1 convolution's input with 36 channels, as tf.gradients would build it. */
function pointwiseInputGradient(): Graph {
  const graph = new HandmadeGraph();
  const sizes = graph.constant('sizes', { dataType: 'int32', shape: [4], data: [2, 32, 32, 36] });
  const weights = graph.placeholder('weights', { dataType: 'float32', shape: [1, 1, 36, 48] });
  const gradient = graph.placeholder('gradient', { dataType: 'float32', shape: [-1, 32, 32, 48] });
  const outputs = [{ dataType: 'float32', shape: [-1, 32, 32, 36] }] as const;
  graph.add('Conv2DBackpropInput', 'dx', [sizes, weights, gradient], outputs, {
    T: { kind: 'type', value: 'float32' },
    strides: { kind: 'ints', value: [1, 1, 1, 1] },
    padding: { kind: 'string', value: 'VALID' },
    explicit_paddings: { kind: 'ints', value: [] },
    data_format: { kind: 'string', value: 'NHWC' },
  });
  return graph;
}

/** A cache of its own, with this machine's runtimes. */
function freshCache(): string {
  const cache = mkdtempSync(join(tmpdir(), 'denselab-test-'));
  symlinkSync(join(cacheDirectory(), 'runtimes.json'), join(cache, 'runtimes.json'));
  return cache;
}

describe('the kernels of our own graphs', () => {
  it.each([
    ['DenseNet-BC (L=40, k=12)', BC, CIFAR_INPUT],
    [
      'a basic DenseNet on grey images',
      { ...BC, bottleneck: false, compression: 1 },
      { height: 28, width: 28, channels: 1 },
    ],
    ['an ImageNet stem', IMAGENET, { height: 64, width: 64, channels: 3 }],
  ] as const)('%s: all agree with their references', (_name, spec, input) => {
    expect(checkKernels(kernelCases(graphOf(spec, input)))).toEqual([]);
  });

  it('have a reference wherever they compute', () => {
    // Reading, feeding, copying and reshaping, and arithmetic on numbers too few to be worth a fast kernel.
    const exempt = [
      'BroadcastTo',
      'Cast',
      'Const',
      'Fill',
      'GatherV2',
      'Identity',
      'Mean',
      'Placeholder',
      'ReadVariableOp',
    ];
    exempt.push('Reciprocal', 'Reshape', 'SelectV2', 'SplitV', 'StatelessRandomUniform', 'Sum');
    const spec = { ...IMAGENET, dropoutRate: 0.2 };
    const graph = graphOf(spec, CIFAR_INPUT);
    const checked = new Set(kernelCases(graph).map(({ kernel }) => kernel.node.op));
    const floats = graph.nodes.filter(({ outputs }) => outputs.some(({ dataType }) => dataType === 'float32'));
    const unchecked = floats.map(({ op }) => op).filter((op) => !checked.has(op) && !exempt.includes(op));
    expect([...new Set(unchecked)]).toEqual([]);
  });

  it('would be found out if they were wrong by one part in a hundred', () => {
    const cases = kernelCases(graphOf(IMAGENET, CIFAR_INPUT));
    const off = cases.map((each): typeof each => ({
      ...each,
      rule: {
        ...each.rule,
        prepare: (bench, kernel) =>
          each.rule.prepare(bench, kernel).map(({ output, element }) => ({
            output,
            element: (position) => ({ ...element(position), value: element(position).value * 1.01 }),
          })),
      },
    }));
    const found = new Set(checkKernels(off).map(({ kernel }) => kernel));
    expect(cases.map(({ title }) => title).filter((title) => !found.has(title))).toEqual([]);
  });
});

/** The plainest possible check of that kernel: largest error over largest right value, on every element. */
function directError(): number {
  const [rows, channels, maps] = [2 * 32 * 32, 36, 48];
  const weights = Float32Array.from({ length: channels * maps }, (_, index) => Math.sin(index));
  const gradient = Float32Array.from({ length: rows * maps }, (_, index) => Math.cos(index * 0.7));
  const session = openSession(pointwiseInputGradient());
  const feeds = {
    weights: float32Tensor([1, 1, channels, maps], weights),
    gradient: float32Tensor([2, 32, 32, maps], gradient),
  };
  const found = float32Data(session.run(feeds, ['dx'])[0]);
  session.close();
  let [difference, largest] = [0, 0];
  found.forEach((value, position) => {
    const [row, channel] = [Math.floor(position / channels), position % channels];
    let right = 0;
    for (let map = 0; map < maps; map += 1) {
      right += (gradient[row * maps + map] ?? NaN) * (weights[channel * maps + map] ?? NaN);
    }
    difference = Math.max(difference, Math.abs(value - right));
    largest = Math.max(largest, Math.abs(right));
  });
  return difference / largest;
}

describe('the 1x1 kernel that oneDNN computes wrong on some processors', () => {
  it('is refused just where it is wrong', () => {
    const { failures } = selfTest(pointwiseInputGradient(), freshCache());
    const error = directError();
    expect(failures.map(({ kernel }) => kernel)).toEqual(
      error > 1e-3 ? ['Conv2DBackpropInput of [1,1,36,48] and [n,32,32,48]'] : [],
    );
  });
});

describe('a kernel that is wrong', () => {
  it('is named with its error, and training is refused', () => {
    const cache = freshCache();
    const graph = pointwiseInputGradient();
    const sound = selfTest(graph, cache);
    // As a processor with the defect would have left it.
    const [stored] = readdirSync(join(cache, 'selftest'));
    const failures = [{ kernel: 'Conv2DBackpropInput of [1,1,36,48] and [n,32,32,48]', error: 0.641 }];
    writeFileSync(join(cache, 'selftest', stored ?? ''), JSON.stringify({ ...sound, failures }));
    expect(() => requireSoundKernels(graph, cache)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'kernel-wrong',
          message:
            'TensorFlow computes Conv2DBackpropInput of [1,1,36,48] and [n,32,32,48] wrong on this processor, off by 64%.',
        }),
      }),
    );
  });
});

describe('the result of a self-test', () => {
  it('is kept for this machine and runtime, and read instead of checking again', () => {
    const cache = freshCache();
    const graph = graphOf({ ...BC, blockLayers: [1] }, { height: 8, width: 8, channels: 3 });
    const first = selfTest(graph, cache);
    expect(first).toMatchObject({ failures: [] });
    expect(selfTest(graph, cache)).toEqual(first);
    const other = graphOf({ ...BC, blockLayers: [2] }, { height: 8, width: 8, channels: 3 });
    expect(selfTest(other, cache).kernels).toBeGreaterThan(first.kernels);
  });

  it('is made again when the stored one is damaged', () => {
    const cache = freshCache();
    const graph = pointwiseInputGradient();
    const { kernels } = selfTest(graph, cache);
    const [stored] = readdirSync(join(cache, 'selftest'));
    writeFileSync(join(cache, 'selftest', stored ?? ''), '{"kernels":1');
    expect(selfTest(graph, cache).kernels).toBe(kernels);
  });
});
