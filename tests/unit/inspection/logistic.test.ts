import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../../../src-main/datasets/random.ts';
import { fitClassifier } from '../../../src-main/inspection/logistic.ts';

const noTurn = (): Promise<void> => Promise.resolve();

/** See tests/fixtures/torch/studies.py. */
const reference = z
  .object({
    logistic: z.object({
      columns: z.number(),
      classes: z.number(),
      features: z.array(z.number()),
      labels: z.array(z.number()),
      minimum: z.number(),
      accuracy: z.number(),
    }),
  })
  .parse(
    JSON.parse(readFileSync(path.join(import.meta.dirname, '../../fixtures/torch/studies.json'), 'utf8')),
  ).logistic;

describe('logistic regression', () => {
  it("finds PyTorch's minimum, and judges other rows alike", async () => {
    const { columns, classes, minimum, accuracy } = reference;
    const rows = reference.labels.length / 2;
    const features = Float32Array.from(reference.features);
    const labels = Uint16Array.from(reference.labels);
    const examples = { features: features.slice(0, rows * columns), columns, labels: labels.slice(0, rows), classes };
    const classifier = await fitClassifier(examples, noTurn);
    expect(classifier.minimum).toBeCloseTo(minimum, 6);
    const others = { features: features.slice(rows * columns), labels: labels.slice(rows) };
    expect(classifier.accuracy(others)).toBeCloseTo(accuracy, 10);
  });

  it('tells separable classes apart, past columns that never change', async () => {
    const labels = Uint16Array.from({ length: 40 }, (_, row) => row % 2);
    const features = Float32Array.from({ length: 80 }, (_, at) =>
      at % 2 === 0 ? 7 : (labels[at >> 1] === 1 ? 3 : 1) + 0.01 * (at % 5),
    );
    const classifier = await fitClassifier({ features, columns: 2, labels, classes: 2 }, noTurn);
    expect(classifier.accuracy({ features, labels })).toBe(1);
  });

  it('finds nothing where there is nothing: labels of chance are told apart as often as by chance', async () => {
    const random = createRandom(3);
    const draw = () => ({
      features: Float32Array.from({ length: 2000 * 3 }, () => random.uniform()),
      labels: Uint16Array.from({ length: 2000 }, () => random.below(4)),
    });
    const classifier = await fitClassifier({ ...draw(), columns: 3, classes: 4 }, noTurn);
    expect(classifier.accuracy(draw())).toBeLessThan(0.3);
  });

  it('ends with what a turn throws', async () => {
    const examples = { features: Float32Array.of(0, 1), columns: 1, labels: Uint16Array.of(0, 1), classes: 2 };
    await expect(fitClassifier(examples, () => Promise.reject(new Error('enough')))).rejects.toThrow('enough');
  });
});
