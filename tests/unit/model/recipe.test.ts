import { describe, expect, it } from 'vitest';
import {
  NO_AUGMENTATION,
  PAPER_RECIPE,
  RECIPE_PRESETS,
  STANDARD_AUGMENTATION,
} from '../../../src-main/contract/recipe.ts';
import { checkBatchFits, checkRecipeFits, validateRecipe } from '../../../src-main/model/recipe.ts';
import { failureOf } from '../../support/failures.ts';

const sgd = PAPER_RECIPE.optimizer;
const steps = PAPER_RECIPE.schedule;
const oneCycle = { kind: 'oneCycle', peakAt: 0.3, startShare: 0.04, finalShare: 0 };

describe('validateRecipe', () => {
  it.each(RECIPE_PRESETS)('gives back the recipe $name that ships', ({ recipe }) => {
    expect(validateRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
  });

  it.each([
    ['standard', STANDARD_AUGMENTATION],
    ['none', NO_AUGMENTATION],
  ])('reads a recipe of an older version, with the meaning that it had: augmentation %s', (augmentation, meaning) => {
    const { epochs, batchSize, learningRate, schedule, optimizer, weightDecay, seed, limit } = PAPER_RECIPE;
    const old = { epochs, batchSize, learningRate, schedule, optimizer, weightDecay, augmentation, seed, limit };
    expect(validateRecipe(old)).toEqual({ ...PAPER_RECIPE, augmentation: meaning });
  });

  it.each([
    ['no epochs', { epochs: 0 }, 'epochs 0, which must be at least 1'],
    ['a rate of zero', { learningRate: 0 }, 'learningRate 0, which must be more than 0'],
    ['an endless rate', { learningRate: Number.POSITIVE_INFINITY }, 'learningRate'],
    ['a seed too large', { seed: 2 ** 31 }, 'seed 2147483648, which must be less than 2147483648'],
    ['an unknown word', { augmentation: 'mixup' }, 'augmentation "mixup", which must be an object'],
    ['an unknown schedule', { schedule: { kind: 'linear' } }, 'schedule.kind "linear", which must be "constant"'],
    ['an unknown optimizer', { optimizer: { kind: 'lion' } }, 'optimizer.kind "lion", which must be "sgd"'],
    ['a field of another schedule', { schedule: { kind: 'cosine', finalShare: 0, patience: 3 } }, 'schedule.patience'],
    ['weights that are no weights', { classWeights: 'even' }, 'classWeights "even", which must be null, "balanced"'],
    ['a warm-up without end', { warmUpEpochs: 300 }, 'warmUpEpochs 300, which leaves nothing of its epochs 300'],
    ['two warm-ups', { warmUpEpochs: 5, schedule: oneCycle }, 'warmUpEpochs 5 with the schedule oneCycle'],
    ['parts of one image', { accumulation: 64 }, 'accumulation 64, which cuts its batchSize 64 into single images'],
    ['endless patience', { earlyStopping: { patience: 300, minimumChange: 0 } }, 'earlyStopping.patience 300'],
    ['nothing that decays', { weightDecay: 0, weightDecayOn: 'weights' }, 'weightDecayOn "weights" with weightDecay 0'],
    ['all of the target', { labelSmoothing: 1 }, 'labelSmoothing 1, which must be less than 1'],
    ['an unknown field', { learningrate: 1 }, 'unknown field "learningrate"'],
    ['an unknown inner field', { optimizer: { ...sgd, dampening: 0 } }, 'unknown field "optimizer.dampening"'],
    ['Nesterov at rest', { optimizer: { ...sgd, momentum: 0 } }, 'optimizer.nesterov true with optimizer.momentum 0'],
    ['milestones that fall', { schedule: { ...steps, milestones: [0.75, 0.5] } }, 'milestone 0.5'],
    ['a milestone at the end', { schedule: { ...steps, milestones: [1] } }, 'schedule.milestones[0] 1'],
    ['half a batch', { batchSize: 0.5 }, 'batchSize 0.5'],
  ])('refuses %s by name', (_title, change, message) => {
    const failure = failureOf(() => validateRecipe({ ...PAPER_RECIPE, ...change }));
    expect(failure.code).toBe('recipe-invalid');
    expect(failure.message).toContain(message);
  });

  it('refuses a batch larger than its own limit', () => {
    expect(failureOf(() => validateRecipe({ ...PAPER_RECIPE, limit: 63 }))).toMatchObject({
      code: 'batch-too-large',
      message: 'A batch of 64 images is larger than the limit of 63.',
    });
  });
});

describe('checkBatchFits', () => {
  it('lets a batch be as large as the split and no larger', () => {
    expect(() => {
      checkBatchFits(PAPER_RECIPE, 64);
    }).not.toThrow();
    const failure = failureOf(() => {
      checkBatchFits({ ...PAPER_RECIPE, limit: 1000 }, 63);
    });
    expect(failure.message).toBe('A batch of 64 images is larger than the train split of 63.');
  });
});

describe('checkRecipeFits', () => {
  const images = { height: 32, width: 28, classes: 10 };

  it.each([
    ['class weights', { classWeights: [1, 2] }, '2 class weights, but the dataset has 10 classes'],
    [
      'a cutout',
      { augmentation: { ...NO_AUGMENTATION, cutout: { size: 29 } } },
      '29 pixels, but the images have 32x28',
    ],
    [
      'a shift',
      { augmentation: { ...NO_AUGMENTATION, crop: { kind: 'shift', pixels: 28 } as const } },
      'up to 28 pixels, but they have 32x28',
    ],
  ])('refuses %s that does not fit the dataset', (_title, change, message) => {
    const failure = failureOf(() => {
      checkRecipeFits({ ...PAPER_RECIPE, ...change }, images);
    });
    expect(failure).toMatchObject({ code: 'recipe-invalid' });
    expect(failure.message).toContain(message);
  });
});
