/** Smoothing that hides no value: drawn in front of the raw line, never instead of it. */

/**
 * Exponential moving average without the bias of its start (Kingma and Ba 2015, section 3); gaps stay gaps and are passed over.
 * @param share weight of what came before, 0 (as it is) to below 1
 */
export function smoothed(values: readonly (number | null)[], share: number): readonly (number | null)[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = share * sum + (1 - share) * value;
    weight = share * weight + (1 - share);
    return sum / weight;
  });
}
