import { describe, expect, it } from 'vitest';
import { CurveView, scaleOf } from '../../src-renderer/features/runs/curveView.svelte.ts';
import { LiveCurves } from '../../src-renderer/state/curves.svelte.ts';
import { NO_READING } from '../../src-renderer/state/runProgress.ts';
import { alignLines } from '../../src-renderer/ui/chartPlot.ts';
import { buildRun } from '../support/buildRun.ts';

const STEPS = 100_000;
const PER_EPOCH = 1000;
const RUN = buildRun({ status: 'running', epochs: 200, stepsPerEpoch: PER_EPOCH });

/** Its own loss for every step. */
const shaking = (step: number): number => 2 + Math.sin(step);
/** A loss that goes up and down so slowly that a line without what came before is elsewhere. */
const swelling = (step: number): number => 2 + Math.sin(step / 150);

function longCurves(loss = shaking): LiveCurves {
  const curves = new LiveCurves();
  append(curves, 1, STEPS, loss);
  return curves;
}

function append(curves: LiveCurves, first: number, count: number, loss = shaking): void {
  curves.addSteps(
    Array.from({ length: count }, (_, index) => ({
      ...{ step: first + index, loss: loss(first + index), learningRate: 0.1 },
    })),
  );
}

describe('the loss of a long run', () => {
  it('is drawn from few points, and from every step where a part of the axis is shown', () => {
    const curves = longCurves();
    const view = new CurveView(curves);
    const scale = scaleOf(RUN, NO_READING, curves, 'epoch');
    expect(view.stepLines(scale, null).smoothLoss.x.length).toBeLessThanOrEqual(2048);
    const { rawLoss } = view.stepLines(scale, [50, 50.1]);
    expect(rawLoss.x.filter((x) => x >= 50 && x <= 50.1)).toHaveLength(101);
    expect(rawLoss.y).toContain(2 + Math.sin(50_050));
    expect(rawLoss.x[0]).toBeLessThan(50);
  });

  it('has the same smooth line in a part of the axis as in the whole', () => {
    const curves = longCurves(swelling);
    const view = new CurveView(curves);
    const scale = scaleOf(RUN, NO_READING, curves, 'step');
    const whole = view.stepLines(scale, null).smoothLoss;
    const part = view.stepLines(scale, [60_000, 61_000]).smoothLoss;
    const at = whole.x.findIndex((x) => x > 60_010);
    expect(part.y[part.x.indexOf(whole.x[at] ?? NaN)]).toBeCloseTo(whole.y[at] ?? NaN, 2);
  });

  it('grows also where its end alone is shown, and not where an earlier part is', () => {
    const curves = longCurves();
    const view = new CurveView(curves);
    const scale = scaleOf(RUN, NO_READING, curves, 'step');
    view.stepLines(scale, [99_000, 110_000]);
    append(curves, STEPS + 1, 500);
    expect(view.stepLines(scale, [99_000, 110_000]).rawLoss.x.at(-1)).toBe(STEPS + 500);
    expect(view.stepLines(scale, [10, 20]).rawLoss.x.at(-1)).toBe(20);
  });
});

describe('lines of different x in one chart', () => {
  it('are merged in order; a gap stays one, and where a line has no point it has none', () => {
    const merged = alignLines([
      { x: [1, 3], y: [10, null] },
      { x: [], y: [] },
      { x: [2, 3, 5], y: [0.2, 0.3, 0.5] },
    ]);
    expect(merged).toEqual([
      [1, 2, 3, 5],
      [10, undefined, null, undefined],
      [undefined, undefined, undefined, undefined],
      [undefined, 0.2, 0.3, 0.5],
    ]);
  });
});
