import { describe, expect, it } from 'vitest';
import { contrastOf } from '../../../src-main/comparison/contrast.ts';
import { buildJudgement, buildOtherJudgement } from '../../support/buildRun.ts';

describe('two networks on the same images', () => {
  const contrast = contrastOf(buildJudgement('test'), buildOtherJudgement('test'));

  it('are counted where only one is right, and tested as McNemar did', () => {
    expect(contrast).toMatchObject({ onlyFirst: 2, onlySecond: 2, both: 5, neither: 1, difference: 0, pValue: 1 });
    expect(contrast.interval[0]).toBeCloseTo(-contrast.interval[1], 12);
  });

  it('show the images of each side, those first on which the wrong one is the surest', () => {
    expect(contrast.onlyA).toEqual([
      { image: 50_004, label: 4, predictedA: 4, predictedB: 0, confidence: expect.closeTo(0.99, 6) },
      { image: 50_005, label: 0, predictedA: 0, predictedB: 1, confidence: 0.5 },
    ]);
    expect(contrast.onlyB.map(({ image }) => image)).toEqual([50_009, 50_007]);
  });

  it('differ by nothing from themselves', () => {
    const same = contrastOf(buildJudgement('test'), buildJudgement('test'));
    expect(same).toMatchObject({ onlyFirst: 0, onlySecond: 0, difference: 0, pValue: 1, onlyA: [], onlyB: [] });
    expect(same.confusion.flat().every((count) => count === 0)).toBe(true);
    expect(same.recall.every((share) => share === 0)).toBe(true);
  });
});
