/** Seeded numbers for tests. */

/** A generator of uniform numbers in [0, 1): mulberry32. */
export function seededNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** `count` numbers from -1 to 1. */
export function uniform(count: number, seed: number): Float32Array {
  const next = seededNumbers(seed);
  return Float32Array.from({ length: count }, () => 2 * next() - 1);
}

/** `count` numbers at least 0.1 apart, in random order, none nearer to 0 than 0.05: safe around kinks and maxima. */
export function wellSeparated(count: number, seed: number): Float32Array {
  const next = seededNumbers(seed);
  const order = Array.from({ length: count }, (_, position) => ({ position, key: next() }));
  order.sort((a, b) => a.key - b.key);
  return Float32Array.from(order, ({ position }) => (position - Math.floor(count / 2)) * 0.1 + 0.05);
}

/** Elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Σ a·b in float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}

/** √Σ a². */
export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

/** max|a - b| / max|b|: how far `a` is from the reference `b`. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const reference = Array.from(b);
  const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const furthest = reference.reduce((most, value, index) => {
    const distance = Math.abs((a[index] ?? Number.NaN) - value);
    return distance <= most ? most : distance;
  }, 0);
  return largest === 0 ? furthest : furthest / largest;
}
