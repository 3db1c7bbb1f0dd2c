import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageBatch, PrepareOptions } from '../../../../src-main/datasets/formats/source.ts';
import { prepareShapes } from '../../../../src-main/datasets/formats/shapes.ts';
import { SHAPES } from '../../../../src-main/datasets/formats/shapeFields.ts';
import { prepareOptions, squares } from '../../../support/datasets/stores.ts';

const signal = new AbortController().signal;
/** All of seed 1, drawn once. */
let batches: readonly ImageBatch[] = [];

beforeAll(async () => {
  const drawn: ImageBatch[] = [];
  for await (const batch of prepareShapes(prepareOptions()).batches(signal)) drawn.push(batch);
  batches = drawn;
});

async function firstBatch(overrides: Partial<PrepareOptions>): Promise<ImageBatch> {
  for await (const batch of prepareShapes(prepareOptions(overrides)).batches(signal)) return batch;
  throw new Error('nothing was drawn');
}

describe.each(SHAPES)('the outline of $className', ({ distance }) => {
  it('encloses a good part of the unit circle, and nothing outside it', () => {
    let inside = 0;
    let all = 0;
    for (let x = -1.5; x <= 1.5; x += 0.02) {
      for (let y = -1.5; y <= 1.5; y += 0.02) {
        const isInside = distance(x, y) < 0;
        if (Math.hypot(x, y) > 1.1) {
          if (isInside) throw new Error(`(${x}, ${y}) is inside`);
        } else {
          all++;
          if (isInside) inside++;
        }
      }
    }
    expect(inside / all).toBeGreaterThan(0.12);
    expect(inside / all).toBeLessThan(0.75);
  });

  it('has a distance that changes no faster than the place, so that edges are smooth', () => {
    for (let x = -1.2; x <= 1.2; x += 0.05) {
      for (let y = -1.2; y <= 1.2; y += 0.05) {
        expect(Math.abs(distance(x + 0.01, y) - distance(x, y))).toBeLessThan(0.0101);
        expect(Math.abs(distance(x, y + 0.01) - distance(x, y))).toBeLessThan(0.0101);
      }
    }
  });
});

describe('Shapes-10', () => {
  it('is byte-identical on every machine', () => {
    const hash = createHash('sha256');
    for (const { split, labels, pixels } of batches) hash.update(split).update(Uint8Array.from(labels)).update(pixels);
    expect(hash.digest('hex')).toBe('f225e554d227aa9156b3c1f72c441cfe370d7fb7b62a5368c457459117905df0');
  });

  it('is the same for the same seed, and another dataset for another', async () => {
    const [same, other] = [await firstBatch({ splitSeed: 1 }), await firstBatch({ splitSeed: 2 })];
    expect(Buffer.from(same.pixels).equals(batches[0]?.pixels ?? new Uint8Array(0))).toBe(true);
    expect(Buffer.from(other.pixels).equals(same.pixels)).toBe(false);
    expect(other.labels).not.toEqual(same.labels);
  });

  it('has every class equally often in both splits, mixed', () => {
    const count = (split: string, label: number): number =>
      batches
        .filter((batch) => batch.split === split)
        .flatMap(({ labels }) => [...labels])
        .filter((each) => each === label).length;
    SHAPES.forEach((_shape, label) => expect([count('train', label), count('test', label)]).toEqual([500, 100]));
    expect(new Set(batches[0]?.labels).size).toBeGreaterThan(5);
  });

  it('cannot be told by mean colour: the nearest class mean is little better than chance', () => {
    const images = batches.flatMap(({ split, labels, pixels }) =>
      Array.from(labels, (label, index) => ({
        split,
        label,
        colour: meanColour(pixels.subarray(index * 3072, (index + 1) * 3072)),
      })),
    );
    const centres = SHAPES.map((_shape, label) => {
      const own = images.filter((image) => image.split === 'train' && image.label === label);
      return [0, 1, 2].map((channel) => own.reduce((sum, { colour }) => sum + (colour[channel] ?? 0), 0) / own.length);
    });
    const tested = images.filter(({ split }) => split === 'test');
    const right = tested.filter(({ colour, label }) => {
      const away = centres.map((centre) =>
        centre.reduce((sum, value, at) => sum + (value - (colour[at] ?? 0)) ** 2, 0),
      );
      return away.indexOf(Math.min(...away)) === label;
    });
    expect(right.length / tested.length).toBeLessThan(0.2);
  });

  it('is drawn at the size that was asked for', async () => {
    expect(prepareShapes(prepareOptions({ conversion: squares(16) }))).toMatchObject({ height: 16, width: 16 });
    const { labels, pixels } = await firstBatch({ conversion: squares(16) });
    expect(pixels.length).toBe(labels.length * 16 * 16 * 3);
  });
});

function meanColour(pixels: Uint8Array): number[] {
  const sums = [0, 0, 0];
  pixels.forEach((value, index) => (sums[index % 3] = (sums[index % 3] ?? 0) + value / 1024));
  return sums;
}
