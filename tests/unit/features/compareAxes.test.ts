import { describe, expect, it } from 'vitest';
import { distinctNames } from '../../../src-renderer/features/compare/compareAxes.ts';

describe('names beside curves', () => {
  it('leave out the words with which all of them begin', () => {
    expect(distinctNames(['DenseNet-BC-22 k=6 seed 1', 'DenseNet-BC-40 k=12 seed 3'], 16)).toEqual([
      '22 k=6 seed 1',
      '40 k=12 seed 3',
    ]);
  });

  it('are never empty, and are cut in their middle where they are long', () => {
    expect(distinctNames(['Run 1', 'Run 1'], 14)).toEqual(['1', '1']);
    expect(distinctNames(['a very long name that ends in 7', 'b'], 9)).toEqual(['a ve…in 7', 'b']);
  });
});
