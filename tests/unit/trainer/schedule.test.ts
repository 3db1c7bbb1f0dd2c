import { describe, expect, it } from 'vitest';
import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import { learningRateAt } from '../../../src-main/trainer/schedule.ts';

describe('learningRateAt', () => {
  it("follows the paper's CIFAR schedule: 0.1, divided by 10 after 150 and 225 of 300 epochs", () => {
    const rates = [1, 150, 151, 225, 226, 300].map((epoch) => learningRateAt(PAPER_RECIPE, epoch));
    expect(rates).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001]);
  });

  it('drops after the milestone has passed when it falls inside an epoch', () => {
    const recipe = { ...PAPER_RECIPE, epochs: 5 };
    const drops = [1, 2, 3, 4, 5].map((epoch) => Math.round(Math.log10(0.1 / learningRateAt(recipe, epoch))));
    expect(drops).toEqual([0, 0, 0, 1, 2]);
  });

  it('stays constant without milestones and in a single epoch', () => {
    expect(learningRateAt({ ...PAPER_RECIPE, schedule: { kind: 'step', milestones: [], factor: 0.1 } }, 300)).toBe(0.1);
    expect(learningRateAt({ ...PAPER_RECIPE, epochs: 1 }, 1)).toBe(0.1);
  });
});
