/** Numbers about maps. */

import type { FeatureMaps, MapStatistics } from '../contract/inspect.ts';

/** What is told of maps: of each, and of all together. */
export type MapNumbers = Pick<FeatureMaps, 'statistics' | 'overall'>;

/**
 * Of each map and of all together.
 * @param values [pixels, maps]
 */
export function measureMaps(values: Float32Array, maps: number): MapNumbers {
  const pixels = values.length / maps;
  const [sums, squares, sizes] = [new Float64Array(maps), new Float64Array(maps), new Float64Array(maps)];
  const zeros = new Float32Array(maps);
  const least = new Float32Array(maps).fill(Infinity);
  const most = new Float32Array(maps).fill(-Infinity);
  for (let start = 0; start < values.length; start += maps) {
    for (let map = 0; map < maps; map++) {
      const value = values[start + map] ?? NaN;
      sums[map] = (sums[map] ?? 0) + value;
      squares[map] = (squares[map] ?? 0) + value * value;
      sizes[map] = (sizes[map] ?? 0) + Math.abs(value);
      if (value === 0) zeros[map] = (zeros[map] ?? 0) + 1;
      least[map] = Math.min(least[map] ?? NaN, value);
      most[map] = Math.max(most[map] ?? NaN, value);
    }
  }
  const mean = Float32Array.from(sums, (sum) => sum / pixels);
  const statistics: MapStatistics = {
    mean,
    variance: variances(values, sums, pixels),
    least,
    most,
    strength: Float32Array.from(sizes, (size) => size / pixels),
    zeros: zeros.map((count) => count / pixels),
  };
  return { statistics, overall: overallOf(statistics, { sums, squares }, values.length) };
}

/** Around each mean, in a pass of its own: a difference of large sums would lose what a map of small variance has. */
function variances(values: Float32Array, sums: Float64Array, pixels: number): Float32Array {
  const maps = sums.length;
  const around = new Float64Array(maps);
  for (let start = 0; start < values.length; start += maps) {
    for (let map = 0; map < maps; map++) {
      const away = (values[start + map] ?? NaN) - (sums[map] ?? NaN) / pixels;
      around[map] = (around[map] ?? 0) + away * away;
    }
  }
  return Float32Array.from(around, (sum) => sum / pixels);
}

function overallOf(
  { least, most, zeros, variance }: MapStatistics,
  { sums, squares }: { readonly sums: Float64Array; readonly squares: Float64Array },
  values: number,
): FeatureMaps['overall'] {
  const maps = sums.length;
  const total = (of: Iterable<number>): number => [...of].reduce((sum, each) => sum + each, 0);
  const mean = total(sums) / values;
  const between = sums.reduce((sum, each) => sum + ((each * maps) / values - mean) ** 2, 0) / maps;
  return {
    norm: Math.sqrt(total(squares)),
    mean,
    standardDeviation: Math.sqrt(total(variance) / maps + between),
    zeros: total(zeros) / maps,
    least: least.reduce((a, b) => Math.min(a, b), Infinity),
    most: most.reduce((a, b) => Math.max(a, b), -Infinity),
  };
}
