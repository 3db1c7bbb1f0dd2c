import { describe, expect, it } from 'vitest';
import { mcNemarTest, median, pairedDifference, spreadOf, welchTest } from '../../../src-main/comparison/statistics.ts';

const A = [0.912, 0.918, 0.909, 0.921];
const B = [0.901, 0.904, 0.897];

// Expected values come from scipy 1.x: ttest_ind(equal_var=False), t.interval, binomtest.
describe('the statistics of a comparison', () => {
  it('gives mean, deviation and interval over seeds as scipy does', () => {
    const spread = spreadOf(A, [0, 1]);
    expect(spread?.mean).toBeCloseTo(0.915, 12);
    expect(spread?.standardDeviation).toBeCloseTo(0.005477225575, 10);
    expect(spread?.interval?.[0]).toBeCloseTo(0.9062845118527, 8);
    expect(spread?.interval?.[1]).toBeCloseTo(0.9237154881473, 8);
    expect([spread?.least, spread?.median, spread?.most]).toEqual([0.909, 0.915, 0.921]);
  });

  it('says nothing about the spread of one run, and nothing at all of none', () => {
    expect(spreadOf([0.9], [0, 1])).toMatchObject({ count: 1, standardDeviation: null, interval: null, median: 0.9 });
    expect(spreadOf([], [0, 1])).toBeNull();
    expect(spreadOf([0.8, 0.92], [0, 1])?.interval?.[1], 'no accuracy is above 1').toBe(1);
  });

  it('tests two groups as Welch did', () => {
    expect(welchTest(A, B)).toBeCloseTo(0.008600087747, 8);
    expect(welchTest(B, A)).toBeCloseTo(0.008600087747, 8);
    expect(welchTest(A, [0.9])).toBeNull();
    expect(welchTest([0.9, 0.9], [0.9, 0.9])).toBeNull();
  });

  it('tests two networks on the same images as McNemar did, exactly', () => {
    expect(mcNemarTest({ onlyFirst: 17, onlySecond: 5, both: 70, neither: 8 })).toBeCloseTo(0.016900539398, 10);
    expect(mcNemarTest({ onlyFirst: 184, onlySecond: 127, both: 9600, neither: 89 })).toBeCloseTo(0.001456124526, 10);
    expect(mcNemarTest({ onlyFirst: 0, onlySecond: 0, both: 9, neither: 1 })).toBe(1);
    expect(mcNemarTest({ onlyFirst: 3, onlySecond: 3, both: 0, neither: 0 })).toBe(1);
  });

  it('gives the difference of two accuracies with its interval', () => {
    const { difference, interval } = pairedDifference({ onlyFirst: 184, onlySecond: 127, both: 9600, neither: 89 });
    expect(difference).toBeCloseTo(0.0057, 12);
    expect(interval[0]).toBeCloseTo(0.0057 - 0.00345462820469, 10);
    expect(interval[1]).toBeCloseTo(0.0057 + 0.00345462820469, 10);
  });

  it('takes the middle of an even number of values between the two in the middle', () => {
    expect(median([3, 1, 2, 10])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
  });
});
