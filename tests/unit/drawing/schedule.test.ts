import { describe, expect, it } from 'vitest';
import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import { previewRates } from '../../../src-main/experiments/ratePreview.ts';
import { drawRates } from '../../../src-renderer/drawing/schedule.ts';

const PLOT = { left: 40, top: 10, width: 200, height: 40 };

/** Points of a path. */
function pointsOf(path: string): readonly (readonly [number, number])[] {
  return path
    .slice(1)
    .split('L')
    .map((pair) => {
      const [x, y] = pair.split(' ').map(Number);
      return [x ?? NaN, y ?? NaN] as const;
    });
}

describe('the drawing of learning rates', () => {
  it('puts steps at equal heights, since each divides by the same', () => {
    const curve = previewRates(PAPER_RECIPE, 938);
    const drawing = drawRates(curve, { epochs: 300, marks: [150, 225], falls: true }, PLOT);
    expect(drawing.levels.map(({ value, y }) => [Number(value.toPrecision(6)), Math.round(y)])).toEqual([
      [0.1, 10],
      [0.01, 30],
      [0.001, 50],
    ]);
    expect(drawing.epochs).toEqual([
      { value: 0, x: 40 },
      { value: 150, x: 140 },
      { value: 225, x: 190 },
      { value: 300, x: 240 },
    ]);
    const points = pointsOf(drawing.path);
    expect(points[0]).toEqual([40, 10]);
    expect(points.at(-1)).toEqual([240, 50]);
    expect(points.filter(([x]) => x > 145 && x < 185).every(([, y]) => y === 30)).toBe(true);
  });

  it('draws from the peak to zero what does not fall in steps', () => {
    const drawing = drawRates(
      { epoch: [0, 5, 10], rate: [0.2, 0.1, 0] },
      { epochs: 10, marks: [], falls: false },
      PLOT,
    );
    expect(drawing.path).toBe('M40 10L140 30L240 50');
    expect(drawing.levels.map(({ value }) => value)).toEqual([0.2, 0]);
  });

  it('stays finite where the rate never changes, and without any rate', () => {
    const flat = drawRates({ epoch: [0, 1], rate: [0.1, 0.1] }, { epochs: 1, marks: [], falls: true }, PLOT);
    expect(flat.path).toBe('M40 10L240 10');
    expect(drawRates({ epoch: [], rate: [] }, { epochs: 1, marks: [], falls: true }, PLOT).path).toBe('');
  });

  it('leaves out labels that would meet', () => {
    const curve = { epoch: [0, 100], rate: [1, 1] };
    const drawing = drawRates(curve, { epochs: 100, marks: [2, 50, 55, 99], falls: true }, PLOT);
    expect(drawing.epochs.map(({ value }) => value)).toEqual([0, 50, 100]);
  });
});

describe('the preview of learning rates', () => {
  it('has the first and the last step, however many there are', () => {
    for (const [epochs, steps] of [
      [1, 1],
      [1, 2],
      [300, 938],
    ] as const) {
      const { epoch, rate } = previewRates({ ...PAPER_RECIPE, epochs }, steps);
      expect(epoch).toHaveLength(rate.length);
      expect(epoch.length).toBeLessThanOrEqual(257);
      expect(epoch.at(-1)).toBe(epochs);
      expect(rate[0]).toBe(0.1);
    }
  });

  it('is what the trainer sets: a warm-up from a hundredth, and half a cosine down', () => {
    const recipe = {
      ...PAPER_RECIPE,
      epochs: 64,
      warmUpEpochs: 4,
      schedule: { kind: 'cosine', finalShare: 0 },
    } as const;
    const { epoch, rate } = previewRates(recipe, 100);
    expect(rate[0]).toBeCloseTo(0.001, 9);
    expect(rate.at(-1)).toBeLessThan(1e-6);
    const peak = rate.indexOf(Math.max(...rate));
    expect(epoch[peak]).toBeCloseTo(4, 0);
    const middle = epoch.findIndex((at) => at >= 34);
    expect(Math.abs((rate[middle] ?? 0) - 0.05)).toBeLessThan(0.001);
  });
});
