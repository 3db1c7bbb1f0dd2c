/** What is exported computes what torch computed with the same weights (tests/fixtures/torch), to 1e-4 of the largest logit. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportFiles } from '../../src-main/exchange/exporting.ts';
import { placeOutput } from '../../src-main/exchange/output.ts';
import { NO_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import type { ModelSpec } from '../../src-main/contract/model.ts';
import { compileModel } from '../../src-main/graph/compile.ts';
import { compileInference } from '../../src-main/graph/inference.ts';
import { fetchName } from '../../src-main/graph/scope.ts';
import { loadBinding } from '../../src-main/tensorflow/binding.ts';
import { DATA_TYPE_CODES, SERVE_TAG } from '../../src-main/tensorflow/encode.ts';
import { openSession } from '../../src-main/tensorflow/session.ts';
import { float32Data, noiseImages } from '../../src-main/tensorflow/tensor.ts';
import { decodeSafetensors, elementsOf } from '../../src-main/trainer/safetensors.ts';
import { writeState } from '../../src-main/trainer/state.ts';
import { trainedWeights } from '../../src-main/trainer/trainedWeights.ts';
import { deviation, drawnCheckpoint, fixtureCheckpoint } from '../support/exchange.ts';
import { has, loadInPython } from '../support/python.ts';
import { buildResNet, buildSpec, TINY_HIGHWAY, TINY_INCEPTION, TINY_PLAIN } from '../support/models.ts';

const TOLERANCE = 1e-4;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'denselab-exports-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['bc', 'basic', 'imagenet'])('the %s network', (name) => {
  const { fixture, checkpoint } = fixtureCheckpoint(name);
  const reference = fixture.floats('evaluation/logits');

  const expectBoth = (found: { logits: ArrayLike<number>; probabilities: ArrayLike<number> }): void => {
    expect(deviation(found.logits, reference)).toBeLessThan(TOLERANCE);
    const expected = softmaxOf(Array.from(found.logits), fixture.case.classes);
    expect(deviation(found.probabilities, expected)).toBeLessThan(TOLERANCE);
  };

  const place = (format: 'savedmodel' | 'onnx'): string => {
    const out = path.join(folder, `${name}.${format}`);
    placeOutput(out, exportFiles(checkpoint, format, 'torchvision'), true);
    return out;
  };

  it('is a SavedModel that TensorFlow loads by its tag, with the weights inside', () => {
    const binding = loadBinding();
    const model = binding.loadSavedModel(place('savedmodel'), SERVE_TAG);
    const { shape, data } = fixture.tensor('images');
    // Uneven on purpose: TensorFlow would go on using aligned memory.
    const pixels = new Uint8Array(data.length + 4).subarray(4);
    pixels.set(data);
    const images = binding.createTensor(shape, DATA_TYPE_CODES.uint8, pixels);
    const [logits, probabilities] = binding.runSavedModel(model, [images], 'images:0', 'logits:0,probabilities:0');
    expectBoth({ logits: read(logits?.id), probabilities: read(probabilities?.id) });
    binding.deleteTensor(images);
    binding.deleteSavedModel(model);

    function read(id = -1): Float32Array {
      const values = binding.tensorDataSync(id);
      binding.deleteTensor(id);
      return values instanceof Float32Array ? values : new Float32Array();
    }
  });

  it.skipIf(!has('onnxruntime'))('is an ONNX model that onnxruntime predicts with', () => {
    expectBoth(loadInPython('onnx', place('onnx'), fixture.tensor('images')));
  });

  it.skipIf(!has('tensorflow'))('is a SavedModel whose serving_default signature Python calls', () => {
    expectBoth(loadInPython('savedmodel', place('savedmodel'), fixture.tensor('images')));
  });

  it('keeps every tensor in a safetensors file under our own names', () => {
    const out = path.join(folder, `${name}.safetensors`);
    placeOutput(out, exportFiles(checkpoint, 'safetensors', 'denselab'), true);
    expect(decodeSafetensors(readFileSync(out)).tensors).toEqual(checkpoint.tensors);
  });
});

/** Every kind of layer and every way in which layers are joined, in small. */
const DRAWN: readonly (readonly [string, ModelSpec, number])[] = [
  ['DenseNet with dropout', buildSpec({ blockLayers: [2, 1], growthRate: 3, dropoutRate: 0.2 }), 3],
  ['DenseNet on grey images', buildSpec({ blockLayers: [1, 2], stem: 'imagenet', bottleneck: true }), 1],
  ['plain network', TINY_PLAIN, 3],
  ['ResNet A', buildResNet(), 3],
  ['ResNet B', buildResNet({ shortcut: 'B' }), 3],
  ['bottleneck ResNet', buildResNet({ unit: 'bottleneck', shortcut: 'B' }), 1],
  ['pre-activation ResNet', buildResNet({ form: 'preactivation' }), 3],
  ['pre-activation bottleneck ResNet', buildResNet({ form: 'preactivation', unit: 'bottleneck', shortcut: 'B' }), 3],
  ['Wide ResNet', buildResNet({ form: 'preactivation', widthFactor: 3, dropoutRate: 0.3, shortcut: 'B' }), 3],
  ['ResNet with stochastic depth', buildResNet({ finalSurvival: 0.5 }), 3],
  ['highway network', TINY_HIGHWAY, 3],
  ['Inception', TINY_INCEPTION, 3],
];

describe.each(DRAWN)('a %s', (_title, spec, channels) => {
  const input = { height: 16, width: 18, channels };
  const classes = 5;
  const checkpoint = drawnCheckpoint(spec, input, classes);
  const { plan, normalisation, values } = trainedWeights(checkpoint, '');
  const images = noiseImages(3, input, 1);

  /** What the graph says that evaluates while training. */
  const reference = (): Float32Array => {
    const settings = { optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, weightDecay: 0 } as const;
    const compiled = compileModel(plan, { ...normalisation, augmentation: NO_AUGMENTATION, ...settings });
    const session = openSession(compiled.graph);
    const state = compiled.variables.map(({ name, shape }) => ({
      ...{ name, shape },
      data: values.get(name) ?? new Float32Array(elementsOf(shape)),
    }));
    writeState({ compiled, session }, state);
    const { feeds, fetches } = compiled.predict;
    const logits = float32Data(session.run({ [feeds.images]: images }, [fetches.logits])[0]);
    session.close();
    return logits;
  };

  it('predicts with the folded graph as it does while it trains', () => {
    const { graph, images: feed, logits } = compileInference(plan, normalisation, values);
    const session = openSession(graph);
    const found = float32Data(session.run({ [fetchName(feed)]: images }, [fetchName(logits)])[0]);
    session.close();
    expect(deviation(found, reference())).toBeLessThan(TOLERANCE);
  });

  it.skipIf(!has('onnxruntime'))('is an ONNX model that onnxruntime predicts with', () => {
    const out = path.join(folder, 'drawn.onnx');
    placeOutput(out, exportFiles(checkpoint, 'onnx', 'torchvision'), true);
    const { logits, probabilities } = loadInPython('onnx', out, images);
    expect(deviation(logits, reference())).toBeLessThan(TOLERANCE);
    expect(deviation(probabilities, softmaxOf(logits, classes))).toBeLessThan(TOLERANCE);
  });
});

function softmaxOf(logits: readonly number[], classes: number): number[] {
  return logits.map((value, index) => {
    const start = Math.floor(index / classes) * classes;
    const row = logits.slice(start, start + classes);
    return 1 / row.reduce((sum, other) => sum + Math.exp(other - value), 0);
  });
}
