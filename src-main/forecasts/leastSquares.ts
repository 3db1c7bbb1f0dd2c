/** Fitting amounts of work to measured times. */

/** Rounds of coordinate descent; a handful of columns settles long before. */
const ROUNDS = 5_000;
const SETTLED = 1e-12;

/**
 * Weights, none below zero, with the least squared error of rows · weights against `targets` (non-negative least squares by
 * coordinate descent; Franc, Hlaváč and Navara 2005). Columns without any amount weigh 0.
 */
export function nonNegativeFit(rows: readonly (readonly number[])[], targets: readonly number[]): readonly number[] {
  const columns = rows[0]?.length ?? 0;
  const weights = new Array<number>(columns).fill(0);
  const squares = weights.map((_, column) => rows.reduce((sum, row) => sum + (row[column] ?? 0) ** 2, 0));
  const rest = [...targets];
  for (let round = 0; round < ROUNDS; round++) {
    let largest = 0;
    for (let column = 0; column < columns; column++) {
      const square = squares[column] ?? 0;
      if (square === 0) continue;
      const gain = rows.reduce((sum, row, index) => sum + (row[column] ?? 0) * (rest[index] ?? 0), 0) / square;
      const before = weights[column] ?? 0;
      const change = Math.max(-before, gain);
      weights[column] = before + change;
      rows.forEach((row, index) => {
        rest[index] = (rest[index] ?? 0) - change * (row[column] ?? 0);
      });
      largest = Math.max(largest, change ** 2 * square);
    }
    if (largest < SETTLED) break;
  }
  return weights;
}
