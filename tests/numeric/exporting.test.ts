/** What is exported computes what torch computed with the same weights (tests/fixtures/torch), to 1e-4 of the largest logit. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportFiles } from '../../src-main/exchange/exporting.ts';
import { placeOutput } from '../../src-main/exchange/output.ts';
import { loadBinding } from '../../src-main/tensorflow/binding.ts';
import { DATA_TYPE_CODES, SERVE_TAG } from '../../src-main/tensorflow/encode.ts';
import { decodeSafetensors } from '../../src-main/trainer/safetensors.ts';
import { deviation, fixtureCheckpoint } from '../support/exchange.ts';

const TOLERANCE = 1e-4;
const PYTHON = process.env['DENSELAB_PYTHON'] ?? 'python3';
const SCRIPT = path.join(import.meta.dirname, '../support/loadExport.py');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'denselab-exports-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Whether Python has a package; tests that need it are shown as skipped otherwise. */
function has(module: string): boolean {
  return spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

/** Logits and probabilities by other software. */
function loadInPython(kind: string, out: string, fixture: string): { logits: number[]; probabilities: number[] } {
  const { shape, data } = fixtureCheckpoint(fixture).fixture.tensor('images');
  const images = path.join(folder, `${fixture}.images`);
  writeFileSync(images, Uint8Array.from(data));
  const call = spawnSync(PYTHON, [SCRIPT, kind, out, images, ...shape.slice(1).map(String)], { encoding: 'utf8' });
  expect(call.status, call.stderr).toBe(0);
  return JSON.parse(call.stdout.trim().split('\n').at(-1) ?? '');
}

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
    expectBoth(loadInPython('onnx', place('onnx'), name));
  });

  it.skipIf(!has('tensorflow'))('is a SavedModel whose serving_default signature Python calls', () => {
    expectBoth(loadInPython('savedmodel', place('savedmodel'), name));
  });

  it('keeps every tensor in a safetensors file under our own names', () => {
    const out = path.join(folder, `${name}.safetensors`);
    placeOutput(out, exportFiles(checkpoint, 'safetensors', 'denselab'), true);
    expect(decodeSafetensors(readFileSync(out)).tensors).toEqual(checkpoint.tensors);
  });
});

function softmaxOf(logits: readonly number[], classes: number): number[] {
  return logits.map((value, index) => {
    const start = Math.floor(index / classes) * classes;
    const row = logits.slice(start, start + classes);
    return 1 / row.reduce((sum, other) => sum + Math.exp(other - value), 0);
  });
}
