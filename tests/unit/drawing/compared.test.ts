import { describe, expect, it } from 'vitest';
import { viewComparison } from '../../../src-main/comparison/view.ts';
import type { ComparisonView } from '../../../src-main/contract/comparison.ts';
import type { RunDetail } from '../../../src-main/contract/run.ts';
import { comparedLines, meanLines, seedBands } from '../../../src-renderer/drawing/comparedLines.ts';
import { COMPARED_METRICS } from '../../../src-renderer/drawing/comparedMetrics.ts';
import { frontierChart } from '../../../src-renderer/drawing/frontier.ts';
import { smoothed } from '../../../src-renderer/drawing/smoothing.ts';
import { spread } from '../../../src-renderer/drawing/spread.ts';
import { buildCurves, buildEpoch, buildRunDetail } from '../../support/buildRun.ts';

function viewOf(
  accuracies: readonly (readonly number[])[],
  change: (run: RunDetail) => RunDetail = (run) => run,
): ComparisonView {
  const runs = accuracies.map((_, index) => {
    const run = buildRunDetail({ id: index + 1, name: `Run ${String(index + 1)}`, colour: index + 1 });
    return change({ ...run, recipe: { ...run.recipe, seed: index + 1, batchSize: 64 } });
  });
  const source = {
    show: (id: number) => runs[id - 1] ?? buildRunDetail(),
    curves: (id: number) => ({
      ...buildCurves(1),
      epochs: (accuracies[id - 1] ?? []).map((accuracy, index) =>
        buildEpoch({
          epoch: index + 1,
          step: 40 * (index + 1),
          heldOut: { loss: 1, accuracy },
          trainSeconds: 8,
          evaluationSeconds: 2,
          residentBytes: 1e8 * (index + 1),
        }),
      ),
    }),
  };
  return viewComparison(
    runs.map(({ id }) => id),
    source,
    () => 0.5,
  );
}

describe('lines of a comparison', () => {
  const view = viewOf([
    [0.5, 0.75, 0.625],
    [0.25, Number.NaN, 0.5],
  ]);

  it('lie at the end of each epoch, counted in what the axis counts', () => {
    const xOf = (axis: 'epoch' | 'step' | 'time' | 'images'): readonly number[] | undefined =>
      comparedLines(view, COMPARED_METRICS.accuracy, axis, 0)[0]?.x;
    expect(xOf('epoch')).toEqual([1, 2, 3]);
    expect(xOf('step')).toEqual([40, 80, 120]);
    expect(xOf('time')).toEqual([10, 20, 30]);
    expect(xOf('images')).toEqual([2560, 5120, 7680]);
  });

  it('know their best value, and leave a gap where there is none', () => {
    const [first, second] = comparedLines(view, COMPARED_METRICS.accuracy, 'epoch', 0);
    expect([first?.best, second?.best]).toEqual([1, 2]);
    expect(second?.raw).toEqual([25, null, 50]);
  });

  it('become one line per configuration, the mean where every seed has a value', () => {
    const lines = comparedLines(view, COMPARED_METRICS.accuracy, 'epoch', 0);
    const means = meanLines(view, lines);
    expect(means).toHaveLength(1);
    expect(means[0]?.smooth).toEqual([37.5, null, 56.25]);
    expect(means[0]?.name).toBe('Run 1, mean of 2');
  });
});

describe('smoothing', () => {
  it('starts without a bias towards zero, and leaves values as they are at 0', () => {
    expect(smoothed([5, 5, 5], 0.9)).toEqual([5, 5, 5].map((value) => expect.closeTo(value, 12)));
    expect(smoothed([1, 3, 2], 0)).toEqual([1, 3, 2]);
  });

  it('passes over a gap', () => {
    const [first, gap, last] = smoothed([2, null, 4], 0.5);
    expect([first, gap]).toEqual([2, null]);
    expect(last).toBeCloseTo((0.5 * 1 + 0.5 * 4) / 0.75, 12);
  });
});

describe('labels on a line', () => {
  it('are moved apart as little as needed, in their order, and stay in the room', () => {
    expect(spread([10, 50], 13, [0, 100])).toEqual([10, 50]);
    expect(spread([12, 10, 11], 13, [0, 100])).toEqual([36, 10, 23]);
    expect(spread([99, 98], 13, [0, 100])).toEqual([100, 87]);
  });
});

describe('the frontier chart', () => {
  it('has the error at the best epoch, and the published points only against parameters', () => {
    const { comparison } = viewOf([[0.5, 0.75], [0.9]], (run) => ({ ...run, parameters: 1000 * run.id }));
    const published = [{ title: 'X', dataset: 'SVHN', parameters: 1e6, error: 0.02, isDenseNet: true }] as const;
    const chart = frontierChart(comparison, 'parameters', published);
    expect(chart?.points.map(({ error }) => error)).toEqual([25, expect.closeTo(10, 10)]);
    expect(chart?.front.map(({ run }) => run.id)).toEqual([1, 2]);
    expect(chart?.x.range[1]).toBeGreaterThan(1e6);
    expect(frontierChart(comparison, 'trainSeconds', published)?.published).toEqual([]);
    expect(frontierChart(comparison, 'memoryBytes', [])?.points.map(({ cost }) => cost)).toEqual([2e8, 1e8]);
  });

  it('is nothing while no run has a result', () => {
    expect(frontierChart(viewOf([[], []], (run) => ({ ...run, test: null })).comparison, 'parameters', [])).toBeNull();
  });
});

describe('seeds of one configuration', () => {
  it('lie in a band from the lowest to the highest', () => {
    const view = viewOf([
      [0.5, 0.75],
      [0.25, 1],
    ]);
    const [band] = seedBands(view, comparedLines(view, COMPARED_METRICS.accuracy, 'epoch', 0));
    expect([band?.x, band?.low, band?.high]).toEqual([
      [1, 2],
      [25, 75],
      [50, 100],
    ]);
  });
});
