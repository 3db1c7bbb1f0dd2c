/** The statistics of comparing: spreads over seeds, and tests of whether a difference is more than chance. */

import { jStat } from 'jstat';
import type { Spread } from '../contract/comparison.ts';

/** Confidence of every interval. */
const CONFIDENCE = 0.95;

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample variance (n - 1); NaN below two values. */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Middle of the sorted values, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? (upper + (sorted[half - 1] ?? Number.NaN)) / 2 : upper;
}

/**
 * What a group's values come to; null for none.
 * @param limits beyond which no value can be: the interval ends there
 */
export function spreadOf(values: readonly number[], limits: readonly [number, number]): Spread | null {
  if (values.length === 0) return null;
  const single = values.length < 2;
  return {
    count: values.length,
    mean: mean(values),
    standardDeviation: single ? null : Math.sqrt(variance(values)),
    interval: single ? null : meanInterval(values, limits),
    least: Math.min(...values),
    median: median(values),
    most: Math.max(...values),
  };
}

/** Student's t interval of the mean of two values or more, inside the limits. */
function meanInterval(
  values: readonly number[],
  [lowest, highest]: readonly [number, number],
): readonly [number, number] {
  const centre = mean(values);
  const quantile = jStat.studentt.inv((1 + CONFIDENCE) / 2, values.length - 1);
  const half = quantile * Math.sqrt(variance(values) / values.length);
  return [Math.max(lowest, centre - half), Math.min(highest, centre + half)];
}

/**
 * Welch's t-test, two-sided (Welch 1947), with the degrees of freedom of Satterthwaite.
 * @returns null where a sample has fewer than two values, or where neither varies
 */
export function welchTest(one: readonly number[], other: readonly number[]): number | null {
  if (one.length < 2 || other.length < 2) return null;
  const [a, b] = [variance(one) / one.length, variance(other) / other.length];
  if (a + b === 0) return null;
  const t = (mean(one) - mean(other)) / Math.sqrt(a + b);
  const degrees = (a + b) ** 2 / (a ** 2 / (one.length - 1) + b ** 2 / (other.length - 1));
  return Math.min(1, 2 * (1 - jStat.studentt.cdf(Math.abs(t), degrees)));
}

/** Two classifiers on the same images. */
export interface PairedOutcome {
  /** Images that only the first gets right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly both: number;
  readonly neither: number;
}

/**
 * McNemar's exact test, two-sided: the probability of a split at least as uneven among the images on which the two
 * disagree, if each were as likely to be right (McNemar 1947; exact form as in Dietterich 1998). 1 where they never disagree.
 */
export function mcNemarTest({ onlyFirst, onlySecond }: PairedOutcome): number {
  const disagreements = onlyFirst + onlySecond;
  if (disagreements === 0) return 1;
  return Math.min(1, 2 * fairTail(Math.min(onlyFirst, onlySecond), disagreements));
}

/** Probability of at most `most` heads in `throws` of a fair coin; by logarithms, since 2^-throws underflows. */
function fairTail(most: number, throws: number): number {
  let logTerm = -throws * Math.LN2;
  let sum = 0;
  for (let heads = 0; heads <= most; heads++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((throws - heads) / (heads + 1));
  }
  return sum;
}

/**
 * 95% interval of the difference of two accuracies on the same images (first less second), by the normal approximation for
 * paired proportions (Agresti, Categorical Data Analysis, section 11.1).
 */
export function pairedDifference(outcome: PairedOutcome): {
  readonly difference: number;
  readonly interval: readonly [number, number];
} {
  const { onlyFirst, onlySecond, both, neither } = outcome;
  const images = onlyFirst + onlySecond + both + neither;
  const difference = (onlyFirst - onlySecond) / images;
  const spread = Math.sqrt(onlyFirst + onlySecond - (onlyFirst - onlySecond) ** 2 / images) / images;
  const half = jStat.normal.inv((1 + CONFIDENCE) / 2, 0, 1) * spread;
  return { difference, interval: [difference - half, difference + half] };
}
