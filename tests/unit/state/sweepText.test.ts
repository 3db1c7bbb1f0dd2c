import { describe, expect, it } from 'vitest';
import { PAPER_RECIPE, QUICK_RECIPE } from '../../../src-main/contract/recipe.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { formOf } from '../../../src-renderer/state/recipeForm.ts';
import { sweepFields, type SweepField } from '../../../src-renderer/state/sweepFields.ts';
import { readSeeds, readValues } from '../../../src-renderer/state/sweepText.ts';
import { hasSetting } from '../../../src-main/sweeps/fields.ts';

const FORM = formOf(QUICK_RECIPE);
const FIELDS = sweepFields(modelFromName('densenet-bc-22-12'), FORM);

function typed(key: string, fields = FIELDS): Extract<SweepField, { kind: 'typed' }> {
  const field = fields.find((candidate) => candidate.key === key);
  if (field?.kind !== 'typed') throw new Error(`${key} is not typed`);
  return field;
}

describe('several values', () => {
  it.each([
    ['6, 12', [6, 12]],
    ['6,12', [6, 12]],
    [' 6 12  6 ', [6, 12]],
    ['6; 12', [6, 12]],
  ])('are read from %j, each once', (text, values) => {
    expect(readValues(text, typed('model.growthRate'))).toEqual({ values: { kind: 'list', values } });
  });

  it('are shares where percentages are typed, and lists where a value is a list', () => {
    const paper = sweepFields(modelFromName('densenet-bc-22-12'), formOf(PAPER_RECIPE));
    const milestones = typed('recipe.schedule.milestones', paper);
    expect(readValues('50, 75; 40', milestones)).toEqual({ values: { kind: 'list', values: [[0.5, 0.75], [0.4]] } });
  });

  it('are told apart from what is none', () => {
    expect(readValues('6, twelve', typed('model.growthRate'))).toEqual({ error: 'Give whole numbers from 1 to 256.' });
    expect(readValues('', typed('recipe.learningRate'))).toEqual({ error: 'Give a number above 0, such as 0.1.' });
    expect(readValues('0.5', typed('recipe.epochs'))).toHaveProperty('error');
  });
});

describe('a range', () => {
  it('takes so many values, evenly or in logarithms', () => {
    const rate = typed('recipe.learningRate');
    const range = { kind: 'range', from: 0.001, to: 0.1, whole: false };
    expect(readValues('0.001..0.1:3', rate)).toEqual({ values: { ...range, count: 3, scale: 'linear' } });
    expect(readValues('0.001..0.1:4 log', rate)).toEqual({ values: { ...range, count: 4, scale: 'log' } });
    expect(readValues('0.001..0.1:4log', rate)).toEqual({ values: { ...range, count: 4, scale: 'log' } });
  });

  it('takes every whole number where none is said, and asks for how many elsewhere', () => {
    expect(readValues('2..5', typed('recipe.epochs'))).toEqual({
      values: { kind: 'range', from: 2, to: 5, count: 4, scale: 'linear', whole: true },
    });
    expect(readValues('0.1..0.5', typed('recipe.learningRate'))).toEqual({ error: 'Say how many values: 0.1..0.5:4.' });
  });

  it.each(['0.1..0.1:3', '0..0.1:3 log', '0.1..0.2:1', '0.1..0.2:1000'])('is refused as %j', (text) => {
    expect(readValues(text, typed('recipe.weightDecay'))).toHaveProperty('error');
  });
});

describe('seeds', () => {
  it('are a list or a range of whole numbers', () => {
    expect(readSeeds('1, 2', typed('recipe.seed'))).toEqual([1, 2]);
    expect(readSeeds('3..6', typed('recipe.seed'))).toEqual([3, 4, 5, 6]);
    expect(readSeeds('1..1000', typed('recipe.seed'))).toHaveProperty('error');
  });
});

describe('what can be varied', () => {
  it.each([
    'densenet-bc-22-12',
    'densenet-40-12',
    'resnet-20',
    'wide-resnet-28-10',
    'stochastic-depth-110',
    'highway-20',
  ])('in %s is known to the planner', (name) => {
    const model = modelFromName(name);
    for (const schedule of ['step', 'cosine', 'oneCycle', 'plateau', 'constant'] as const) {
      const form = { ...FORM, choices: { ...FORM.choices, schedule } };
      const keys = sweepFields(model, form).map(({ key }) => key);
      // A schedule of another kind than the recipe's comes as a whole.
      const own = keys.filter((key) => !key.startsWith('recipe.schedule.'));
      for (const key of own) expect(hasSetting({ model, recipe: QUICK_RECIPE }, key), key).toBe(true);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('begins with what stands in the form', () => {
    expect(typed('model.growthRate').present).toBe('12');
    expect(typed('recipe.learningRate').present).toBe(String(QUICK_RECIPE.learningRate));
    const mirror = FIELDS.find(({ key }) => key === 'recipe.augmentation.mirror');
    expect(mirror?.kind === 'picked' && mirror.options.map(({ value }) => value)).toEqual([true, false]);
  });
});
