/** Weights from torchvision: imported, predicted with, and refused when they do not fit. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DenseNetSpec } from '../../src-main/contract/model.ts';
import { runCommand } from '../support/commandLine.ts';
import { temporaryHome } from '../support/runs.ts';

const FIXTURES = path.join(import.meta.dirname, '..', 'fixtures', 'torch');
const WEIGHTS = path.join(FIXTURES, 'torchvision.safetensors');
const IMAGE = path.join(FIXTURES, 'torchvision.png');
const { logits: LOGITS } = z
  .object({ logits: z.array(z.number()) })
  .parse(JSON.parse(readFileSync(path.join(FIXTURES, 'torchvision.json'), 'utf8')));

const SPEC: DenseNetSpec = {
  version: 1,
  family: 'densenet',
  stem: 'imagenet',
  blockLayers: [1, 2],
  growthRate: 4,
  bottleneck: true,
  compression: 0.5,
  initialFeatures: 8,
  dropoutRate: 0,
};

let home: string;
let model: string;
let remove: () => void;

beforeAll(() => {
  ({ home, remove } = temporaryHome());
  model = path.join(home, 'model.json');
  writeFileSync(model, JSON.stringify(SPEC));
});

afterAll(() => {
  remove();
});

function importing(file: string, ...more: string[]): string[] {
  return ['import-weights', file, '--model', model, '--input', '32x32x3', ...more, '--json'];
}

describe('weights of torchvision', () => {
  it('predict what torchvision predicts', async () => {
    const imported = await runCommand(home, importing(WEIGHTS, '--classes', '5', '--name', 'from torch'));
    expect(imported).toMatchObject({ status: 0, events: [{ run: 1 }] });
    const predicted = await runCommand(home, ['predict', '1', IMAGE, '/no/such.png', '--logits', '--json']);
    expect(predicted.status).toBe(1);
    const [seen, missing] = predicted.events;
    expect(missing).toMatchObject({ file: '/no/such.png', error: { code: 'image-unreadable' } });
    const { logits, probabilities } = z
      .object({ logits: z.array(z.number()), probabilities: z.array(z.number()) })
      .parse(seen);
    const largest = Math.max(...LOGITS.map(Math.abs));
    LOGITS.forEach((logit, index) => {
      expect(Math.abs((logits[index] ?? NaN) - logit)).toBeLessThan(1e-4 * largest);
    });
    expect(seen).toMatchObject({ file: IMAGE, class: `class ${String(LOGITS.indexOf(Math.max(...LOGITS)))}` });
    expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });

  it('are told as imported, and cannot be resumed', async () => {
    const shown = await runCommand(home, ['runs', 'show', '1', '--json']);
    expect(shown.events[0]).toMatchObject({ status: 'imported', name: 'from torch' });
    expect((await runCommand(home, ['resume', '1', '--json'])).events[0]).toMatchObject({
      error: { code: 'run-finished' },
    });
  });

  it.each([
    ['other classes', ['--classes', '6'], 'weights-mismatch', 'classifier.weight is [5, 14] in the file'],
    ['a wrong mean', ['--classes', '5', '--mean', '1,2'], 'usage', '--mean takes 3 numbers'],
  ])('are refused with %s, and nothing is kept', async (_title, more, code, message) => {
    const { status, events } = await runCommand(home, importing(WEIGHTS, ...more));
    expect(status).toBe(1);
    expect(events[0]).toMatchObject({ error: { code, message: expect.stringContaining(message) } });
    expect((await runCommand(home, ['runs', 'list', '--json'])).events[0]).toMatchObject({ runs: [{ id: 1 }] });
  });

  it('are refused when the file is cut', async () => {
    const cut = path.join(home, 'cut.safetensors');
    writeFileSync(cut, readFileSync(WEIGHTS).subarray(0, 20_000));
    expect((await runCommand(home, importing(cut, '--classes', '5'))).events[0]).toMatchObject({
      error: { code: 'weights-invalid' },
    });
  });
});

describe('evaluate', () => {
  it('counts every image of a split once, class by class', async () => {
    await runCommand(home, ['datasets', 'add', 'sample:shapes', '--json']);
    const spec = path.join(home, 'shapes.json');
    writeFileSync(spec, JSON.stringify({ ...SPEC, stem: 'cifar' }));
    const trained = await runCommand(home, [
      ...['train', '--dataset', 'shapes-10', '--model', spec],
      ...['--epochs', '1', '--limit', '256', '--json'],
    ]);
    const { run, test } = z
      .object({ run: z.number(), test: z.object({ accuracy: z.number(), loss: z.number() }) })
      .parse(trained.events.at(-1));
    const { events } = await runCommand(home, ['evaluate', String(run), '--json']);
    const found = z
      .object({
        accuracy: z.number(),
        loss: z.number(),
        perClass: z.array(z.object({ images: z.number() })),
        confusion: z.array(z.array(z.number())),
        images: z.number(),
      })
      .parse(events[0]);
    expect(found.accuracy).toBeCloseTo(test.accuracy, 6);
    expect(found.loss).toBeCloseTo(test.loss, 4);
    expect(found.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(found.images);
    expect(found.perClass.map(({ images }) => images)).toEqual(
      found.confusion.map((row) => row.reduce((sum, count) => sum + count, 0)),
    );
    expect((await runCommand(home, ['evaluate', '1', '--dataset', 'shapes-10', '--json'])).events[0]).toMatchObject({
      error: { code: 'dataset-mismatch' },
    });
  });
});
