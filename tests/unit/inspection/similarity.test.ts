import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../../../src-main/datasets/random.ts';
import { SimilaritySums } from '../../../src-main/inspection/similarity.ts';

/** Rows of numbers, one row per image. */
type Activations = readonly (readonly number[])[];

const IMAGES = 12;

function drawn(columns: number, seed: number): Activations {
  const random = createRandom(seed);
  return Array.from({ length: IMAGES }, () => Array.from({ length: columns }, () => random.uniform() - 0.2));
}

function products(rows: Activations): Float32Array {
  return Float32Array.from(
    rows.flatMap((a) => rows.map((b) => a.reduce((sum, value, at) => sum + value * (b[at] ?? NaN), 0))),
  );
}

function similarityOf(a: Activations, b: Activations): number | null | undefined {
  const sums = new SimilaritySums();
  sums.add([products(a)], [products(b)]);
  return sums.matrix()[0]?.[0];
}

/** Rotated by 1 radian in the plane of the first two columns, scaled and moved. */
function turned(rows: Activations): Activations {
  const [cos, sin] = [Math.cos(1), Math.sin(1)];
  return rows.map(([x = 0, y = 0, ...rest]) =>
    [cos * x - sin * y, sin * x + cos * y, ...rest].map((value) => 3 * value + 5),
  );
}

describe('linear CKA', () => {
  it("is NumPy's, by the sums and traces of the unbiased estimator, over two batches", () => {
    const layers = z.array(z.array(z.array(z.number())));
    const { similarity } = z
      .object({ similarity: z.object({ a: layers, b: layers, matrix: z.array(z.array(z.number())) }) })
      .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, '../../fixtures/torch/studies.json'), 'utf8')));
    const sums = new SimilaritySums();
    const batch = (all: typeof similarity.a, at: number) => all.map((layer) => Float32Array.from(layer[at] ?? []));
    for (const at of [0, 1]) sums.add(batch(similarity.a, at), batch(similarity.b, at));
    similarity.matrix.forEach((row, a) =>
      row.forEach((value, b) => expect(sums.matrix()[a]?.[b]).toBeCloseTo(value, 5)),
    );
  });

  it('is 1 of a layer with itself, turned, scaled and moved', () => {
    const rows = drawn(5, 1);
    expect(similarityOf(rows, rows)).toBeCloseTo(1, 10);
    expect(similarityOf(rows, turned(rows))).toBeCloseTo(1, 5);
  });

  it('is less where one column alone is stretched, and small of what has nothing in common', () => {
    const rows = drawn(5, 1);
    const stretched = rows.map(([first = 0, ...rest]) => [20 * first, ...rest]);
    expect(similarityOf(rows, stretched)).toBeLessThan(0.9);
    expect(Math.abs(similarityOf(rows, drawn(5, 2)) ?? NaN)).toBeLessThan(0.5);
  });

  it('says nothing of a layer that is the same for all images', () => {
    const rows = drawn(5, 1);
    expect(
      similarityOf(
        rows,
        rows.map(() => [0.3, 0.7]),
      ),
    ).toBeNull();
  });
});
