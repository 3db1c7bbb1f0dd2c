/** Fewer points for a curve, without losing what a person looks for in it. */

/**
 * Positions of at most `limit` points (at least 4) of a curve, in order: the first, the last, and of each of equally long
 * stretches in between the lowest and the highest. A NaN or an infinity counts as highest, so it is kept.
 */
export function thin(values: readonly number[], limit: number): number[] {
  if (limit < 4) throw new RangeError(`a curve cannot be thinned to ${String(limit)} points`);
  const { length } = values;
  if (length <= limit) return values.map((_, index) => index);
  const stretches = Math.floor((limit - 2) / 2);
  const kept = [0];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = 1 + Math.floor((stretch * (length - 2)) / stretches);
    const end = 1 + Math.floor(((stretch + 1) * (length - 2)) / stretches);
    kept.push(...extremes(values, start, end));
  }
  return [...kept, length - 1];
}

/** Positions of the lowest and the highest value in [start, end), in order; one when they are the same. */
function extremes(values: readonly number[], start: number, end: number): number[] {
  let lowest = start;
  let highest = start;
  for (let index = start + 1; index < end; index++) {
    if (height(values[index]) < height(values[lowest])) lowest = index;
    if (height(values[index]) > height(values[highest])) highest = index;
  }
  if (lowest === highest) return [lowest];
  return lowest < highest ? [lowest, highest] : [highest, lowest];
}

function height(value: number | undefined): number {
  return value === undefined || !Number.isFinite(value) ? Number.POSITIVE_INFINITY : value;
}
