import { describe, expect, it } from 'vitest';
import { compareRuns, type RunWithEpochs } from '../../../src-main/comparison/compare.ts';
import { frontierOf } from '../../../src-main/comparison/frontier.ts';
import { PUBLISHED } from '../../../src-main/contract/published.ts';
import { settingTitle } from '../../../src-main/comparison/settings.ts';
import type { DenseNetSpec } from '../../../src-main/contract/model.ts';
import type { TrainingRecipe } from '../../../src-main/contract/recipe.ts';
import { createRandom } from '../../../src-main/datasets/random.ts';
import { buildRunDetail, type TrainedDetail } from '../../support/buildRun.ts';
import { buildSpec } from '../../support/models.ts';
import { buildEpoch } from '../../support/runs.ts';

interface Trial {
  readonly model?: Partial<DenseNetSpec>;
  readonly recipe?: Partial<TrainingRecipe>;
  readonly run?: Partial<TrainedDetail>;
  readonly accuracies?: readonly number[];
}

let lastId = 0;

function trial({ model = {}, recipe = {}, run = {}, accuracies = [0.5] }: Trial): RunWithEpochs {
  lastId += 1;
  const base = buildRunDetail({ id: lastId, ...run });
  const epochs = accuracies.map((accuracy, index) => buildEpoch(index + 1, { heldOut: { loss: 1, accuracy } }));
  return {
    run: { ...base, model: buildSpec(model), recipe: { ...base.recipe, ...recipe } },
    epochs,
  };
}

function compare(trials: readonly Trial[]): ReturnType<typeof compareRuns> {
  const random = createRandom(1);
  return compareRuns(trials.map(trial), () => random.uniform());
}

describe('comparing runs', () => {
  it('tells only the settings that differ, with one value per run', () => {
    const { differences, equalSettings } = compare([
      { model: { growthRate: 12 }, recipe: { batchSize: 64 } },
      { model: { growthRate: 24 }, recipe: { batchSize: 64 } },
    ]);
    expect(differences.map(({ title, values }) => ({ title, values }))).toEqual([
      { title: 'Growth rate k', values: [12, 24] },
    ]);
    expect(equalSettings).toBeGreaterThan(20);
  });

  it('marks a seed as trivial and puts it after what matters', () => {
    const { differences } = compare([
      { recipe: { seed: 1, learningRate: 0.1 } },
      { recipe: { seed: 2, learningRate: 0.05 } },
    ]);
    expect(differences.map(({ key, trivial }) => [key, trivial])).toEqual([
      ['recipe.learningRate', false],
      ['recipe.seed', true],
    ]);
  });

  it('says null where a run has no such setting', () => {
    const { differences } = compare([
      { recipe: { optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true } } },
      { recipe: { optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } } },
    ]);
    const momentum = differences.find(({ key }) => key === 'recipe.optimizer.momentum');
    expect(momentum?.values).toEqual([0.9, null]);
  });

  it('compares lists as a whole', () => {
    const { differences } = compare([{ model: { blockLayers: [6, 6, 6] } }, { model: { blockLayers: [6, 12, 6] } }]);
    expect(differences[0]).toMatchObject({ key: 'model.blockLayers', values: ['6, 6, 6', '6, 12, 6'] });
  });

  it('groups runs that differ in their seed alone, with mean and interval', () => {
    const { groups, runs } = compare([
      { recipe: { seed: 1 }, accuracies: [0.8] },
      { recipe: { seed: 2 }, accuracies: [0.9] },
      { model: { growthRate: 24 }, accuracies: [0.7] },
    ]);
    expect(groups.map((group) => group.runs)).toEqual([[0, 1], [2]]);
    expect(groups[0]?.accuracy?.mean).toBeCloseTo(0.85, 12);
    expect(groups[1]?.accuracy?.interval).toBeNull();
    expect(runs.map(({ group }) => group)).toEqual([0, 0, 1]);
  });

  it('keeps best and last apart, and does not take NaN for a value', () => {
    const [run] = compare([{ accuracies: [0.5, 0.9, Number.NaN] }, {}]).runs;
    expect(run?.metrics.heldOutAccuracy).toEqual({ best: 0.9, bestEpoch: 2, last: null });
    const [other] = compare([{ accuracies: [0.5, 0.9, 0.7] }, {}]).runs;
    expect(other?.metrics.heldOutAccuracy).toEqual({ best: 0.9, bestEpoch: 2, last: 0.7 });
  });

  it('tests groups with several seeds against each other, and warns of few seeds', () => {
    const { tests } = compare([
      { recipe: { seed: 1 }, accuracies: [0.8] },
      { recipe: { seed: 2 }, accuracies: [0.81] },
      { model: { growthRate: 24 }, recipe: { seed: 1 }, accuracies: [0.95] },
      { model: { growthRate: 24 }, recipe: { seed: 2 }, accuracies: [0.951] },
    ]);
    expect(tests).toHaveLength(1);
    expect(tests[0]?.difference).toBeCloseTo(-0.1455, 10);
    expect(tests[0]?.note).toContain('With 2 seeds');
  });

  it('finds the setting of a sweep that explains the results', () => {
    const rates = [0.1, 0.1, 0.1, 0.01, 0.01, 0.01];
    const decays = [1e-4, 1e-3, 1e-2, 1e-4, 1e-3, 1e-2];
    const noise = [0.001, -0.001, 0.002, -0.002, 0, 0.001];
    const { importance } = compare(
      rates.map((learningRate, index) => ({
        recipe: { learningRate, weightDecay: decays[index] ?? 0 },
        accuracies: [0.7 + learningRate + (noise[index] ?? 0)],
      })),
    );
    expect(importance.map(({ key }) => key)).toEqual(['recipe.learningRate', 'recipe.weightDecay']);
    expect(importance[0]?.explained).toBeGreaterThan(0.99);
    expect(importance[1]?.explained).toBeLessThan(0.05);
    // Of the 20 ways to deal six runs into three and three, two are as good.
    expect(importance[0]?.pValue).toBeGreaterThan(0.05);
    expect(importance[0]?.pValue).toBeLessThan(0.16);
  });

  it('has nothing to say about importance below four results', () => {
    expect(compare([{ recipe: { learningRate: 0.1 } }, { recipe: { learningRate: 0.2 } }]).importance).toEqual([]);
  });

  it('sets the log of other software beside a run of ours, and knows nothing of its network', () => {
    const ours = trial({ accuracies: [0.6] });
    const unknown = { model: null, recipe: null, parameters: null, multiplyAdds: null, datasetHash: '' };
    const log: RunWithEpochs = { run: { ...ours.run, ...unknown, id: 99, origin: 'log' }, epochs: ours.epochs };
    const { runs, differences, frontier } = compareRuns([ours, log], () => 0.5);
    expect(runs[1]).toMatchObject({ parameters: null, batchSize: null, seed: null, group: 1 });
    expect(runs[1]?.metrics.heldOutAccuracy.best).toBe(0.6);
    expect(differences.find(({ key }) => key === 'recipe.learningRate')?.values).toEqual([expect.any(Number), null]);
    expect(frontier.parameters).toEqual([0]);
  });
});

describe('the frontier', () => {
  it('keeps runs that no other beats in both accuracy and cost', () => {
    const candidates = [
      { accuracy: 0.9, cost: 100 },
      { accuracy: 0.8, cost: 200 },
      { accuracy: 0.95, cost: 300 },
      { accuracy: 0.7, cost: 50 },
      { accuracy: null, cost: 1 },
      { accuracy: 0.99, cost: null },
    ];
    expect(frontierOf(candidates)).toEqual([3, 0, 2]);
  });

  it('takes the first of two equal runs only', () => {
    expect(
      frontierOf([
        { accuracy: 0.9, cost: 1 },
        { accuracy: 0.9, cost: 1 },
      ]),
    ).toEqual([0]);
  });
});

describe('published results', () => {
  it('are those of table 2 of the paper', () => {
    const point = PUBLISHED.find(({ title, dataset }) => title === 'DenseNet-BC (100,12)' && dataset === 'CIFAR-10+');
    expect(point).toEqual({
      title: 'DenseNet-BC (100,12)',
      dataset: 'CIFAR-10+',
      parameters: 800_000,
      error: 0.0451,
      isDenseNet: true,
    });
    expect(PUBLISHED.every(({ error }) => error > 0.01 && error < 0.4)).toBe(true);
  });
});

describe('titles of settings', () => {
  it('are the words of the paper, or the path where there are none', () => {
    expect(settingTitle('model.compression')).toBe('Compression θ');
    expect(settingTitle('recipe.optimizer.beta1')).toBe('optimizer beta1');
  });
});
