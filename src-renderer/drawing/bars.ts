/** Bars: class balance by split, pixel histograms, shares of a whole. */

/** A segment along an axis, in pixels. */
export interface Segment {
  readonly start: number;
  readonly length: number;
}

/**
 * Lays the parts of each total end to end on a shared scale: the largest total is `length` pixels long. Takes one list of
 * parts for each bar and gives one segment for each part; a part that is not zero is at least half a pixel long.
 */
export function stackBars(bars: readonly (readonly number[])[], length: number): readonly (readonly Segment[])[] {
  const largest = Math.max(1, ...bars.map((parts) => sum(parts)));
  return bars.map((parts) => {
    let start = 0;
    return parts.map((part) => {
      const size = part === 0 ? 0 : Math.max(0.5, (part / largest) * length);
      const segment = { start, length: size };
      start += size;
      return segment;
    });
  });
}

/** Heights of bars in pixels: the largest value is `height` high, and a value that is not zero is at least one pixel. */
export function barHeights(values: readonly number[], height: number): readonly number[] {
  const largest = Math.max(0, ...values);
  if (largest === 0) return values.map(() => 0);
  return values.map((value) => (value === 0 ? 0 : Math.max(1, (value / largest) * height)));
}

/** Values cut into `count` or fewer groups of neighbours, each the mean of its group: a small picture of a long list. */
export function thinOut(values: readonly number[], count: number): readonly number[] {
  if (values.length <= count) return values;
  return Array.from({ length: count }, (_, group) => {
    const part = values.slice(
      Math.floor((group * values.length) / count),
      Math.floor(((group + 1) * values.length) / count),
    );
    return sum(part) / part.length;
  });
}

/** How many times larger the largest value is than the smallest; null when one is zero or there are none. */
export function imbalance(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const smallest = Math.min(...values);
  return smallest === 0 ? null : Math.max(...values) / smallest;
}

/** Round numbers from 0 to at most `largest`, about `count` steps apart by 1, 2 or 5 times a power of ten. */
export function roundTicks(largest: number, count: number): readonly number[] {
  if (largest <= 0) return [0];
  const rough = largest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? largest;
  const whole = Math.max(1, step);
  return Array.from({ length: Math.floor(largest / whole) + 1 }, (_, tick) => tick * whole);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
