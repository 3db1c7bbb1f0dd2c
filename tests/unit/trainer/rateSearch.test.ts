import { describe, expect, it } from 'vitest';
import type { RatePoint } from '../../../src-main/contract/rates.ts';
import { Smoother, suggestRates } from '../../../src-main/trainer/rateSearch.ts';
import { failureOf } from '../../support/failures.ts';

/** A search over 61 rates from 1e-6 to 1, ten to a decade. */
function searchOf(lossAt: (decades: number) => number): RatePoint[] {
  return Array.from({ length: 61 }, (_, index) => {
    const smoothed = lossAt(-6 + index / 10);
    return { rate: 10 ** (-6 + index / 10), loss: smoothed + (index % 2 ? 0.1 : -0.1), smoothed };
  });
}

describe('Smoother', () => {
  it('keeps a constant as it is, from the first value on', () => {
    const smoother = new Smoother();
    [1, 2, 3].forEach(() => expect(smoother.add(2.5)).toBeCloseTo(2.5, 12));
  });

  it('follows slowly', () => {
    const smoother = new Smoother();
    smoother.add(1);
    // (0.95 * 0.05 * 1 + 0.05 * 2) / (1 - 0.95^2)
    expect(smoother.add(2)).toBeCloseTo(1.512821, 6);
  });
});

describe('suggestRates', () => {
  it('names where the loss falls fastest, and a tenth of where it is lowest', () => {
    // A fall around 1e-3, the bottom at 1e-1, then away.
    const points = searchOf((decades) => 2 - Math.tanh(2 * (decades + 3)) + (decades > -1 ? 10 * (decades + 1) : 0));
    const { steepest, tenthOfLowest } = suggestRates(points);
    expect(Math.log10(steepest)).toBeCloseTo(-3, 1);
    expect(Math.log10(tenthOfLowest)).toBeCloseTo(-2, 1);
  });

  it.each<[string, RatePoint[]]>([
    ['never falls', searchOf((decades) => 8 + decades)],
    ['falls by no more than its noise', searchOf((decades) => 2 - 0.001 * decades)],
    ['was never measured', []],
  ])('says so when the loss %s', (_what, points) => {
    expect(failureOf(() => suggestRates(points))).toMatchObject({ code: 'rate-not-found' });
  });
});
