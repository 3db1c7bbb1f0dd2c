import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ModelSpec } from '../../../src-main/contract/model.ts';
import { PAPER_RECIPE, QUICK_RECIPE } from '../../../src-main/contract/recipe.ts';
import type { AxisValues, SweepAxis, SweepRequest } from '../../../src-main/contract/sweep.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { titleOf } from '../../../src-main/model/spec.ts';
import { gridValues } from '../../../src-main/sweeps/axis.ts';
import { expandSweep } from '../../../src-main/sweeps/expand.ts';
import { sweptName } from '../../../src-main/sweeps/naming.ts';

const BC22 = modelFromName('densenet-bc-22-12');

function sweep(change: Partial<SweepRequest> & { readonly model?: ModelSpec } = {}): SweepRequest {
  const { model = BC22, ...rest } = change;
  return {
    base: { dataset: 'fashion', model, recipe: QUICK_RECIPE },
    fixed: false,
    models: [],
    axes: [],
    choose: { kind: 'grid' },
    seeds: [],
    ...rest,
  };
}

function list(key: string, ...values: Extract<AxisValues, { kind: 'list' }>['values']): SweepAxis {
  return { key, values: { kind: 'list', values } };
}

function range(
  key: string,
  from: number,
  to: number,
  count: number,
  scale: 'linear' | 'log' = 'linear',
  whole = false,
) {
  return { key, values: { kind: 'range', from, to, count, scale, whole } } as const;
}

function titles(request: SweepRequest): string[] {
  return expandSweep(request).runs.map(({ model, seed }) => `${titleOf(model)} ${String(seed)}`);
}

const BASELINE_SWEEP = sweep({
  models: [{ model: modelFromName('resnet-20'), fixed: true }],
  axes: [list('model.growthRate', 6, 12), list('model.depth', 22, 40)],
  seeds: [1, 2],
});

describe('a grid', () => {
  it('is DenseNet-BC with k of 6 and 12 and L of 22 and 40 beside ResNet-20 over two seeds: ten runs', () => {
    expect(titles(BASELINE_SWEEP)).toEqual([
      'DenseNet-BC (L=22, k=6) 1',
      'DenseNet-BC (L=22, k=6) 2',
      'DenseNet-BC (L=40, k=6) 1',
      'DenseNet-BC (L=40, k=6) 2',
      'DenseNet-BC (L=22, k=12) 1',
      'DenseNet-BC (L=22, k=12) 2',
      'DenseNet-BC (L=40, k=12) 1',
      'DenseNet-BC (L=40, k=12) 2',
      'ResNet-20 (A) 1',
      'ResNet-20 (A) 2',
    ]);
    expect(expandSweep(BASELINE_SWEEP).leftOut).toEqual([]);
  });

  it('has as many runs as the product of its values, and no run twice', () => {
    const distinct = <T>(values: fc.Arbitrary<T>) => fc.uniqueArray(values, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        distinct(fc.integer({ min: 1, max: 60 })),
        distinct(fc.integer({ min: 1, max: 300 })),
        distinct(fc.double({ min: 1e-5, max: 1, noNaN: true })),
        distinct(fc.integer({ min: 0, max: 2 ** 31 - 1 })),
        (growth, batches, rates, seeds) => {
          const axes = [
            list('model.growthRate', ...growth),
            list('recipe.batchSize', ...batches),
            list('recipe.learningRate', ...rates),
          ];
          const { runs, leftOut } = expandSweep(sweep({ axes, seeds }));
          expect(runs).toHaveLength(growth.length * batches.length * rates.length * seeds.length);
          expect(new Set(runs.map(({ model, recipe }) => JSON.stringify([model, recipe]))).size).toBe(runs.length);
          expect(leftOut).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('trains a network without the axes that it lacks', () => {
    const models = [{ model: modelFromName('resnet-20'), fixed: false }];
    const axes = [list('model.growthRate', 6, 12), list('recipe.learningRate', 0.1, 0.01)];
    const { runs } = expandSweep(sweep({ models, axes }));
    const resnet = runs.filter(({ model }) => model.family === 'resnet');
    expect(runs).toHaveLength(6);
    expect(resnet.map(({ values }) => values)).toEqual([
      [{ key: 'recipe.learningRate', value: 0.1 }],
      [{ key: 'recipe.learningRate', value: 0.01 }],
    ]);
  });

  it('leaves out depths that fit no blocks, and says which fit', () => {
    const { runs, leftOut } = expandSweep(sweep({ axes: [list('model.depth', 22, 25, 40)] }));
    expect(runs).toHaveLength(2);
    expect(leftOut).toEqual([
      {
        modelTitle: 'DenseNet-BC (L=22, k=12)',
        values: [{ key: 'model.depth', value: 25 }],
        reason: 'A depth of 25 does not fit DenseNet-BC (L=22, k=12): it has 6n + 4 layers.',
      },
    ]);
  });

  it('leaves out a network that is there already by another name', () => {
    const axes = [list('model.blockLayers', [3, 3, 3], [6, 6, 6])];
    const models = [{ model: modelFromName('densenet-bc-40-12'), fixed: true }];
    const { runs, leftOut } = expandSweep(sweep({ axes, models }));
    expect(runs).toHaveLength(2);
    expect(leftOut.map(({ reason }) => reason)).toEqual(['It is the same as another run of the sweep.']);
  });

  it('lets the first maps follow the growth rate as in the paper, unless they are set', () => {
    const growth = list('model.growthRate', 6, 24);
    const { runs } = expandSweep(sweep({ axes: [growth] }));
    expect(runs.map(({ model }) => (model.family === 'densenet' ? model.initialFeatures : 0))).toEqual([12, 48]);
    const set = expandSweep(sweep({ axes: [list('model.initialFeatures', 24), growth] })).runs;
    expect(set.map(({ model }) => (model.family === 'densenet' ? model.initialFeatures : 0))).toEqual([24, 24]);
  });

  it('sets whole parts of a recipe, and parts of those that were off', () => {
    const axes = [
      list('recipe.schedule', PAPER_RECIPE.schedule, { kind: 'constant' }),
      list('recipe.schedule.factor', 0.1, 0.2),
      list('recipe.augmentation.cutout.size', 8, 12),
    ];
    const { runs } = expandSweep(sweep({ axes }));
    // A constant rate has no factor.
    expect(runs.map(({ recipe: { schedule } }) => (schedule.kind === 'step' ? schedule.factor : 0))).toEqual([
      0.1, 0.1, 0.2, 0.2, 0, 0,
    ]);
    expect(runs.map(({ recipe }) => recipe.augmentation.cutout?.size)).toEqual([8, 12, 8, 12, 8, 12]);
  });
});

describe('a range', () => {
  it('has its ends, its count, and even steps or even ratios', () => {
    expect(gridValues(range('recipe.learningRate', 0.001, 0.1, 3, 'log'))).toEqual([0.001, 0.01, 0.1]);
    expect(gridValues(range('recipe.weightDecay', 0, 0.3, 4))).toEqual([0, 0.1, 0.2, 0.3]);
    expect(gridValues(range('model.growthRate', 6, 24, 3, 'linear', true))).toEqual([6, 15, 24]);
    expect(gridValues(range('model.growthRate', 1, 2, 5, 'linear', true))).toEqual([1, 2]);
  });

  it('stays between its ends, also by chance', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.integer(), (least, seed) => {
        const axes = [range('recipe.learningRate', least, 2, 2, 'log')];
        const { runs } = expandSweep(sweep({ axes, choose: { kind: 'random', count: 5, seed: Math.abs(seed) } }));
        for (const { recipe } of runs) {
          expect(recipe.learningRate).toBeGreaterThanOrEqual(least * 0.999);
          expect(recipe.learningRate).toBeLessThanOrEqual(2);
        }
        expect(runs).toHaveLength(5);
      }),
      { numRuns: 30 },
    );
  });
});

describe('random combinations', () => {
  const axes = [range('recipe.learningRate', 1e-4, 1, 2, 'log'), list('model.growthRate', 6, 12, 24)];
  const random = (seed: number, count = 20) => sweep({ axes, choose: { kind: 'random', count, seed } });

  it('are the same for the same seed, and others for another', () => {
    expect(expandSweep(random(7))).toEqual(expandSweep(random(7)));
    expect(expandSweep(random(7))).not.toEqual(expandSweep(random(8)));
  });

  it('are as many as asked for, or all that there are', () => {
    expect(expandSweep(random(7)).runs).toHaveLength(20);
    const few = sweep({ axes: [list('model.growthRate', 6, 12, 24)], choose: { kind: 'random', count: 20, seed: 1 } });
    expect(
      expandSweep(few)
        .runs.map(({ model }) => titleOf(model))
        .sort(),
    ).toHaveLength(3);
  });

  it('are as many for each network, whatever combinations come to nothing', () => {
    const depths = [range('model.depth', 10, 40, 2, 'linear', true)];
    const { runs } = expandSweep(sweep({ axes: depths, choose: { kind: 'random', count: 4, seed: 1 } }));
    expect(runs).toHaveLength(4);
  });
});

describe('what is no sweep', () => {
  it.each([
    [[list('model.growthRat', 6)], 'sweep-invalid', /Did you mean model\.growthRate\?/],
    [[list('recipe.seed', 1, 2)], 'sweep-invalid', /seeds/],
    [[list('recipe.epochs')], 'sweep-invalid', /at least one/],
    [[list('recipe.epochs', 1), list('recipe.epochs', 2)], 'sweep-invalid', /one list/],
    [[range('recipe.learningRate', 0, 1, 3, 'log')], 'sweep-invalid', /above 0/],
    [[range('recipe.learningRate', 1e-5, 1, 101), range('recipe.weightDecay', 0, 1, 10)], 'sweep-too-large', /fewer/],
    [[range('recipe.learningRate', 1e-5, 1, 200), range('recipe.weightDecay', 0, 1, 200)], 'sweep-too-large', /fewer/],
  ] as const)('is refused with what to do: %j', (axes, code, action) => {
    const refusal = expect(() => expandSweep(sweep({ axes })));
    refusal.toThrow(expect.objectContaining({ failure: expect.objectContaining({ code }) }));
    refusal.toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ action: expect.stringMatching(action) }) }),
    );
  });

  it('is an axis that only a fixed network has', () => {
    const axes = [list('model.growthRate', 6)];
    expect(() => expandSweep({ ...sweep({ axes }), fixed: true })).toThrow(/model\.growthRate/);
  });
});

describe('the name of a run', () => {
  it('says what tells it apart', () => {
    const axes = [list('recipe.learningRate', 0.1, 0.2), list('model.growthRate', 6)];
    const names = expandSweep(sweep({ axes, seeds: [1, 2] })).runs.map((run) => sweptName(run, 'Fashion', true));
    expect(names[3]).toBe('DenseNet-BC (L=22, k=6), learning rate 0.2, seed 2 on Fashion');
  });
});
