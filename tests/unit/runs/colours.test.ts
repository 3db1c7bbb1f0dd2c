import { describe, expect, it } from 'vitest';
import { freeColour } from '../../../src-main/runs/colours.ts';

describe('freeColour', () => {
  it.each([
    [[], 1],
    [[1, 2, 4], 3],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2], 3],
  ])('after %j comes %d', (taken, colour) => {
    expect(freeColour(taken)).toBe(colour);
  });
});
