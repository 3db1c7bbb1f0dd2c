import { describe, expect, it } from 'vitest';
import { viewComparison } from '../../../src-main/comparison/view.ts';
import type { Comparison } from '../../../src-main/contract/comparison.ts';
import { boxPlot, quantile } from '../../../src-renderer/drawing/boxes.ts';
import { differingImages } from '../../../src-renderer/drawing/contrastCells.ts';
import {
  brushBetween,
  brushPlaces,
  keptRuns,
  parallelAxes,
  placeOn,
  type ParallelAxis,
} from '../../../src-renderer/drawing/parallel.ts';
import { buildCurves, buildEpoch, buildRunDetail } from '../../support/buildRun.ts';

/** Runs with a rate and an optimizer each; the third has no finished epoch. */
const SETTINGS = [
  { rate: 0.001, optimizer: 'sgd', accuracy: 0.7 },
  { rate: 0.01, optimizer: 'sgd', accuracy: 0.9 },
  { rate: 0.1, optimizer: 'adamw', accuracy: null },
  { rate: 0.1, optimizer: 'sgd', accuracy: 0.8 },
] as const;

function compared(): Comparison {
  const runs = SETTINGS.map(({ rate, optimizer }, index) => {
    const run = buildRunDetail({ id: index + 1, name: `Run ${String(index + 1)}`, colour: index + 1 });
    const adam = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
    return {
      ...run,
      recipe: {
        ...run.recipe,
        ...{ seed: index, learningRate: rate },
        ...(optimizer === 'adamw' ? { optimizer: adam } : {}),
      },
    };
  });
  const curves = (id: number) => {
    const accuracy = SETTINGS[id - 1]?.accuracy ?? null;
    const epochs = accuracy === null ? [] : [buildEpoch({ epoch: 1, heldOut: { loss: 1 - accuracy, accuracy } })];
    return { ...buildCurves(1), epochs };
  };
  const source = { show: (id: number) => runs[id - 1] ?? buildRunDetail(), curves };
  return viewComparison([1, 2, 3, 4], source, () => 0.5).comparison;
}

function axis(key: string): ParallelAxis {
  const found = parallelAxes(compared()).find((each) => each.key === key);
  if (found === undefined) throw new Error(`there is no axis ${key}`);
  return found;
}

describe('axes of parallel coordinates', () => {
  it('are what differs, then what came of it; seeds and what is alike are left out', () => {
    const keys = parallelAxes(compared()).map(({ key }) => key);
    expect(keys).toContain('recipe.learningRate');
    expect(keys).not.toContain('recipe.seed');
    expect(keys).not.toContain('recipe.epochs');
    expect(keys.at(-1)).toBe('metric.heldOutAccuracy');
  });

  it('count in powers where values are far apart, and put words in order', () => {
    expect(placeOn(axis('recipe.learningRate'), 0.01)).toBeCloseTo(0.5, 9);
    expect(axis('recipe.optimizer.kind').words).toEqual(['adamw', 'sgd']);
    expect(placeOn(axis('metric.heldOutAccuracy'), null)).toBeNull();
  });
});

describe('brushes', () => {
  it('keep the runs inside all of them, and none without a value', () => {
    const rate = brushBetween(axis('recipe.learningRate'), 0.4, 1);
    const accuracy = brushBetween(axis('metric.heldOutAccuracy'), 0.4, 1);
    if (rate === null || accuracy === null) throw new Error('there is no brush');
    expect(keptRuns(compared(), [rate])).toEqual(new Set([1, 2, 3]));
    expect(keptRuns(compared(), [rate, accuracy])).toEqual(new Set([1, 3]));
    expect(keptRuns(compared(), [])).toBeNull();
  });

  it('take a word that is dragged over, from below or from above', () => {
    const brush = brushBetween(axis('recipe.optimizer.kind'), 1, 0.9);
    expect(brush?.kept).toEqual({ kind: 'words', words: ['sgd'] });
    expect(keptRuns(compared(), brush === null ? [] : [brush])).toEqual(new Set([0, 1, 3]));
  });

  it('over all of an axis are none', () => {
    expect(brushBetween(axis('recipe.learningRate'), -0.1, 1.2)).toBeNull();
  });

  it('lie where they were made, also when the axis has grown since', () => {
    const made = { key: 'recipe.learningRate', kept: { kind: 'range', range: [0.01, 5] } } as const;
    expect(brushPlaces(axis('recipe.learningRate'), made)).toEqual([expect.closeTo(0.5, 9), 1]);
  });

  it('of a setting that does not differ any more count for nothing', () => {
    expect(keptRuns(compared(), [{ key: 'gone', kept: { kind: 'words', words: ['a'] } }])).toBeNull();
  });
});

describe('boxes over seeds', () => {
  it('have the quartiles of linear interpolation', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([5], 0.75)).toBe(5);
  });

  it('stand in the order of their means, each tested against the best', () => {
    const boxes = boxPlot(compared())?.boxes ?? [];
    expect(boxes.map(({ name }) => name)).toEqual(['Run 2', 'Run 3', 'Run 4', 'Run 1']);
    expect(boxes.map(({ isBest, test }) => [isBest, test])).toEqual([
      [true, null],
      [false, null],
      [false, null],
      [false, null],
    ]);
  });
});

describe('the images of a cell of the difference', () => {
  it('are those that exactly one network puts there, those of A first', () => {
    const contrast = {
      first: 100,
      labels: Uint16Array.of(0, 0, 0, 1, 0),
      predictedA: Uint16Array.of(2, 1, 2, 2, 0),
      predictedB: Uint16Array.of(2, 2, 0, 0, 0),
    };
    expect(differingImages(contrast, { label: 0, predicted: 2 })).toEqual([
      { image: 102, predictedA: 2, predictedB: 0 },
      { image: 101, predictedA: 1, predictedB: 2 },
    ]);
  });
});
