/** Fitting prices to few measurements, some of which a busy machine has spoilt. */

import { nonNegativeFit } from './leastSquares.ts';

/** How strongly expected proportions hold, against all measurements together. */
const ANCHOR = 1;
/** Measurements further off count less and less (Huber 1964): as a share of them. */
const TOLERANCE = 0.05;
const ROUNDS = 8;

/**
 * Prices, none below zero, with which every row comes to about 1. They stay near the proportions that are expected, at the
 * level that is measured: a few networks cannot tell all prices apart, and a price of which they have nothing is expected.
 * @param rows amounts of each kind, divided by what was measured of them
 */
export function anchoredFit(rows: readonly (readonly number[])[], expected: readonly number[]): readonly number[] {
  const level = 1 / medianOf(rows.map((row) => product(row, expected)));
  const anchors = expected.map((price, kind) => {
    const strength = ANCHOR * Math.hypot(...rows.map((row) => row[kind] ?? 0)) || 1;
    return { row: expected.map((_, other) => (other === kind ? strength : 0)), target: strength * level * price };
  });
  let trust = rows.map(() => 1);
  let prices: readonly number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const weighted = rows.map((row, index) => row.map((amount) => amount * (trust[index] ?? 0)));
    prices = nonNegativeFit(
      [...weighted, ...anchors.map(({ row }) => row)],
      [...trust, ...anchors.map(({ target }) => target)],
    );
    trust = rows.map((row) => Math.sqrt(Math.min(1, TOLERANCE / Math.abs(product(row, prices) - 1))));
  }
  return prices;
}

/** Sum of products. */
export function product(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

/** The upper median; 0 of nothing. */
export function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
}
