import { describe, expect, it } from 'vitest';
import { bestEpoch, hasStalled } from '../../../src-main/trainer/earlyStopping.ts';

const history = (...accuracies: number[]) => accuracies.map((accuracy) => ({ loss: 1, accuracy }));

describe('hasStalled', () => {
  it('waits for as many epochs without a better one as the recipe says', () => {
    const rule = { patience: 2, minimumChange: 0 };
    expect(hasStalled(history(0.5, 0.6, 0.6), rule)).toBe(false);
    expect(hasStalled(history(0.5, 0.6, 0.6, 0.55), rule)).toBe(true);
    expect(hasStalled(history(0.5, 0.6, 0.6, 0.61), rule)).toBe(false);
  });

  it('does not count a rise that is too small', () => {
    const rule = { patience: 2, minimumChange: 0.05 };
    expect(hasStalled(history(0.5, 0.52, 0.54), rule)).toBe(true);
    expect(hasStalled(history(0.5, 0.52, 0.56), rule)).toBe(false);
  });

  it('never holds without a rule', () => {
    expect(hasStalled(history(0.5, 0.1, 0.1, 0.1, 0.1), null)).toBe(false);
  });
});

describe('bestEpoch', () => {
  it('is the earliest of equals', () => {
    expect(bestEpoch(history(0.2, 0.7, 0.3, 0.7))).toBe(2);
    expect(bestEpoch([])).toBe(0);
  });
});
