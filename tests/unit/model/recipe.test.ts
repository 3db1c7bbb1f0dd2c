import { describe, expect, it } from 'vitest';
import { PAPER_RECIPE, QUICK_RECIPE } from '../../../src-main/contract/recipe.ts';
import { checkBatchFits, validateRecipe } from '../../../src-main/model/recipe.ts';
import { failureOf } from '../../support/failures.ts';

const sgd = PAPER_RECIPE.optimizer;
const steps = PAPER_RECIPE.schedule;

describe('validateRecipe', () => {
  it('gives back the recipes that ship', () => {
    expect(validateRecipe(PAPER_RECIPE)).toEqual(PAPER_RECIPE);
    expect(validateRecipe(JSON.parse(JSON.stringify(QUICK_RECIPE)))).toEqual(QUICK_RECIPE);
  });

  it.each([
    ['no epochs', { epochs: 0 }, 'epochs 0, which must be at least 1'],
    ['a rate of zero', { learningRate: 0 }, 'learningRate 0, which must be more than 0'],
    ['an endless rate', { learningRate: Number.POSITIVE_INFINITY }, 'learningRate'],
    ['a seed too large', { seed: 2 ** 31 }, 'seed 2147483648, which must be less than 2147483648'],
    ['an unknown word', { augmentation: 'mixup' }, 'augmentation "mixup", which must be "none" or "standard"'],
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
