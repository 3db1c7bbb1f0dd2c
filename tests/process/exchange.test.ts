/** Trained networks through the command line, out and back in: what other software loads predicts what the app predicts. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DenseNetSpec } from '../../src-main/contract/model.ts';
import { runDirectory } from '../../src-main/runs/directory.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { bfloat16Refusal, precisionEvidence } from '../../src-main/tensorflow/precision.ts';
import { runCommand, type Ended } from '../support/commandLine.ts';
import { idxSet, writeIdxSet } from '../support/datasets/idx.ts';
import { encodePng } from '../support/datasets/images.ts';
import { deviation } from '../support/exchange.ts';
import { buildSpec } from '../support/models.ts';
import { has, loadInPython, runPython } from '../support/python.ts';
import { temporaryHome } from '../support/runs.ts';

const TOLERANCE = 1e-4;
const outputs = z.object({ logits: z.array(z.number()), probabilities: z.array(z.number()), class: z.string() });
const precision = bfloat16Refusal('CPU:0', precisionEvidence()) === null ? 'bfloat16' : 'float32';

interface Trained {
  readonly title: string;
  readonly spec: DenseNetSpec;
  readonly options: readonly string[];
  readonly size: number;
  readonly channels: 1 | 3;
}

const TRAINED: readonly Trained[] = [
  {
    title: `a DenseNet-BC with the stem for ImageNet and dropout, trained in ${precision}`,
    spec: buildSpec({
      stem: 'imagenet',
      bottleneck: true,
      blockLayers: [1, 2],
      growthRate: 4,
      compression: 0.5,
      dropoutRate: 0.2,
    }),
    options: ['--dataset', 'shapes-10', '--limit', '256', '--epochs', '3', '--precision', precision],
    ...{ size: 32, channels: 3 },
  },
  {
    title: 'a basic DenseNet with dropout, trained on grey images',
    spec: buildSpec({ blockLayers: [1, 1], growthRate: 3, dropoutRate: 0.2 }),
    options: ['--dataset', 'grey', '--epochs', '2', '--batch', '8'],
    ...{ size: 16, channels: 1 },
  },
];

let home: string;
let remove: () => void;

beforeAll(async () => {
  ({ home, remove } = temporaryHome());
  await expectDone(['datasets', 'add', 'sample:shapes', '--json']);
  const folder = path.join(home, 'idx');
  writeIdxSet(folder, idxSet({ train: 60, test: 12, rows: 16, columns: 16, classes: 3 }));
  await expectDone(['datasets', 'add', folder, '--name', 'grey', '--json']);
});

afterAll(() => {
  remove();
});

async function expectDone(words: readonly string[]): Promise<Ended> {
  const ended = await runCommand(home, words);
  expect(ended.status, ended.stdout + ended.stderr).toBe(0);
  return ended;
}

async function predictionOf(run: number, image: string): Promise<z.infer<typeof outputs>> {
  const { events } = await expectDone(['predict', String(run), image, '--logits', '--device', 'cpu', '--json']);
  return outputs.parse(events[0]);
}

describe.each(TRAINED)('$title', ({ spec, options, size, channels }) => {
  const pixels = Uint8Array.from({ length: size * size * channels }, (_, index) => (index * 37) % 251);
  const images = { shape: [1, size, size, channels], data: pixels };
  let run: number;
  let image: string;
  let reference: z.infer<typeof outputs>;

  beforeAll(async () => {
    const model = path.join(home, `model-${String(channels)}.json`);
    writeFileSync(model, JSON.stringify(spec));
    const trained = await expectDone(['train', '--model', model, ...options, '--json']);
    run = z.object({ run: z.number() }).parse(trained.events.at(-1)).run;
    image = path.join(home, `image-${String(channels)}.png`);
    writeFileSync(image, encodePng(size, size, pixels));
    reference = await predictionOf(run, image);
  });

  const exported = async (format: string): Promise<string> => {
    const out = path.join(home, `${String(run)}.${format}`);
    const { events } = await expectDone(['export', String(run), '--format', format, '--out', out, '--json']);
    expect(events[0]).toMatchObject({ run, format, out });
    return out;
  };

  it.skipIf(!has('tensorflow'))('is a SavedModel that Python predicts the same with', async () => {
    const found = loadInPython('savedmodel', await exported('savedmodel'), images);
    expect(deviation(found.logits, reference.logits)).toBeLessThan(TOLERANCE);
    expect(deviation(found.probabilities, reference.probabilities)).toBeLessThan(TOLERANCE);
  });

  it.skipIf(!has('onnxruntime'))('is an ONNX model that onnxruntime predicts the same with', async () => {
    const found = loadInPython('onnx', await exported('onnx'), images);
    expect(deviation(found.logits, reference.logits)).toBeLessThan(TOLERANCE);
    expect(deviation(found.probabilities, reference.probabilities)).toBeLessThan(TOLERANCE);
  });

  it.skipIf(!(has('torchvision') && has('safetensors')))('is a safetensors file that torch loads', async () => {
    const found = loadInPython('safetensors', await exported('safetensors'), images);
    expect(deviation(found.logits, reference.logits)).toBeLessThan(TOLERANCE);
  });

  it('comes back from its safetensors file without any option, and predicts bit for bit the same', async () => {
    const out = path.join(home, `${String(run)}-again.safetensors`);
    await expectDone(['export', String(run), '--format', 'safetensors', '--out', out, '--json']);
    const { events } = await expectDone(['import-weights', out, '--json']);
    const imported = z.object({ run: z.number() }).parse(events[0]);
    expect(await predictionOf(imported.run, image)).toEqual(reference);
  });

  it('is judged by its best epoch, which is told', async () => {
    const { events } = await expectDone(['runs', 'show', String(run), '--json']);
    const { best, heldOutSplit } = z
      .object({ best: z.object({ epoch: z.number(), accuracy: z.number() }), heldOutSplit: z.string() })
      .parse(events[0]);
    const judged = await expectDone(['evaluate', String(run), '--split', heldOutSplit, '--json']);
    const { epoch, device, accuracy } = z
      .object({ epoch: z.number(), device: z.string(), accuracy: z.number() })
      .parse(judged.events[0]);
    expect({ epoch, device }).toEqual({ epoch: best.epoch, device: expect.stringMatching(/^[CG]PU:\d/) });
    expect(accuracy).toBeCloseTo(best.accuracy, 6);
    const told = await expectDone(['evaluate', String(run), '--split', heldOutSplit]);
    expect(told.stderr).toContain(`Epoch ${String(epoch)} of `);
    expect(told.stderr).toContain(`the best by ${heldOutSplit} accuracy. On ${device}.`);
  });
});

describe('densenet121 of torchvision', () => {
  it.skipIf(!(has('torchvision') && has('safetensors')))('predicts here what it predicts there', async () => {
    const weights = path.join(home, '121.safetensors');
    const image = path.join(home, '121.png');
    const raw = path.join(home, '121.images');
    const pixels = Uint8Array.from({ length: 224 * 224 * 3 }, (_, index) => (index * 37 + (index >> 7)) % 251);
    writeFileSync(image, encodePng(224, 224, pixels));
    writeFileSync(raw, pixels);
    const reference = z
      .object({ logits: z.array(z.number()) })
      .parse(runPython('torchvisionWeights.py', ['densenet121', weights, raw, '224', '224']));
    const { events } = await expectDone(['import-weights', weights, '--model', 'densenet121', '--json']);
    const { run } = z.object({ run: z.number() }).parse(events[0]);
    const found = await predictionOf(run, image);
    expect(found.logits).toHaveLength(1000);
    expect(deviation(found.logits, reference.logits)).toBeLessThan(TOLERANCE);
  });
});

describe('a prediction', () => {
  it('is refused on a GPU that is not there', async () => {
    const { status, events } = await runCommand(home, ['predict', '1', 'x.png', '--device', 'gpu:99', '--json']);
    expect(status).toBe(1);
    expect(events).toEqual([{ error: expect.objectContaining({ code: 'device-missing' }) }]);
  });

  it('is refused when a kernel of the network computes wrong numbers', async () => {
    const cache = path.join(home, 'cache');
    const proofs = path.join(cache, 'selftest');
    mkdirSync(cache);
    copyFileSync(path.join(cacheDirectory(), 'runtimes.json'), path.join(cache, 'runtimes.json'));
    const predict = () => runCommand(home, ['predict', '1', 'x.png', '--json'], { DENSELAB_CACHE: cache });
    expect((await predict()).events).toMatchObject([{ error: { code: 'image-unreadable' } }]);
    const [proof = ''] = readdirSync(proofs);
    const found: object = JSON.parse(readFileSync(path.join(proofs, proof), 'utf8'));
    writeFileSync(path.join(proofs, proof), JSON.stringify({ ...found, failures: [{ kernel: 'Conv2D', error: 0.5 }] }));
    expect((await predict()).events).toMatchObject([{ error: { code: 'kernel-wrong' } }]);
  });
});

describe('an imported network', () => {
  it('is judged only on a dataset with the classes that it was given, and on any of as many when it was given none', async () => {
    const out = path.join(home, 'named.safetensors');
    await expectDone(['export', '4', '--format', 'safetensors', '--out', out, '--json']);
    const importing = async (names: readonly string[]): Promise<string> => {
      const file = path.join(home, 'names.txt');
      writeFileSync(file, names.join('\n'));
      const { events } = await expectDone(['import-weights', out, '--class-names', file, '--json']);
      return String(z.object({ run: z.number() }).parse(events[0]).run);
    };
    const evaluate = async (run: string) => await runCommand(home, ['evaluate', run, '--dataset', 'grey', '--json']);
    const [others, none] = [await importing(['cat', 'dog', 'emu']), await importing(['class 0', 'class 1', 'class 2'])];
    expect((await evaluate(others)).events).toMatchObject([{ error: { code: 'dataset-mismatch' } }]);
    expect((await evaluate(none)).events).toMatchObject([{ images: 12 }]);
  });
});

describe('an export', () => {
  it('writes nothing where something is, nor from a checkpoint that was edited', async () => {
    const out = path.join(home, 'taken.onnx');
    writeFileSync(out, 'mine');
    const words = (to: string) => ['export', '2', '--format', 'onnx', '--out', to, '--json'];
    expect((await runCommand(home, words(out))).events).toMatchObject([{ error: { code: 'output-exists' } }]);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    const folder = path.join(runDirectory(home, 2), 'checkpoints');
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(path.join(folder, name));
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
      writeFileSync(path.join(folder, name), bytes);
    }
    const free = path.join(home, 'free.onnx');
    expect((await runCommand(home, words(free))).events).toMatchObject([{ error: { code: 'checkpoint-damaged' } }]);
    expect(existsSync(free)).toBe(false);
    const predicted = await runCommand(home, ['predict', '2', 'x.png', '--json']);
    expect(predicted.events).toMatchObject([{ error: { code: 'checkpoint-damaged' } }]);
  });
});
