/** Feature maps as pictures: their order, their scale, and their colours. */

import type { FeatureMaps, SplitActivity } from '../../src-main/contract/inspect.ts';

/** What maps are sorted by. */
export type MapOrder = 'strength' | 'variance' | 'index';

/** Limits of a scale. */
export interface Limits {
  readonly least: number;
  readonly most: number;
}

/** Positions of all maps in their order, the strongest first; dead ones last, in place among themselves. */
export function orderMaps(maps: FeatureMaps, order: MapOrder, activity: SplitActivity | null): Uint32Array {
  const positions = Uint32Array.from({ length: maps.maps }, (_, position) => position);
  if (order === 'index') return positions;
  const values = order === 'strength' ? maps.statistics.strength : maps.statistics.variance;
  const dead = (position: number): number => activity?.dead[position] ?? 0;
  return positions.sort((a, b) => dead(a) - dead(b) || (values[b] ?? 0) - (values[a] ?? 0) || a - b);
}

/** Limits of the shared scale of one or two layers. A scale begins at 0 where nothing is below. */
export function sharedLimits(layers: readonly FeatureMaps[]): Limits {
  const least = Math.min(0, ...layers.map(({ overall }) => overall.least));
  const most = Math.max(...layers.map(({ overall }) => overall.most));
  return { least, most: most > least ? most : least + 1 };
}

/** Limits of one map alone. */
export function ownLimits({ statistics }: FeatureMaps, map: number): Limits {
  const least = Math.min(0, statistics.least[map] ?? 0);
  const most = statistics.most[map] ?? 0;
  return { least, most: most > least ? most : least + 1 };
}

/** Value of a map at a place. */
export function valueAt({ values, width, maps }: FeatureMaps, map: number, row: number, column: number): number {
  return values[(row * width + column) * maps + map] ?? NaN;
}

/** A ramp of 256 colours, RGB, between evenly spaced stops such as `#440154`; in linear steps of the given stops. */
export function rampOf(stops: readonly string[]): Uint8Array {
  const ramp = new Uint8Array(256 * 3);
  for (let step = 0; step < 256; step += 1) {
    const at = (step / 255) * (stops.length - 1);
    const first = Math.min(stops.length - 2, Math.floor(at));
    const [from, to] = [channels(stops[first]), channels(stops[first + 1])];
    for (let channel = 0; channel < 3; channel += 1) {
      const [low, high] = [from[channel] ?? 0, to[channel] ?? 0];
      ramp[step * 3 + channel] = Math.round(low + (high - low) * (at - first));
    }
  }
  return ramp;
}

function channels(stop: string | undefined): readonly number[] {
  const hex = stop?.trim().replace('#', '') ?? '';
  return [0, 2, 4].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) || 0);
}

/** One map in the colours of a ramp, RGBA of its own size. NaN is transparent. */
export function paintMap(
  maps: FeatureMaps,
  map: number,
  { least, most }: Limits,
  ramp: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  const { height, width } = maps;
  const rgba = new Uint8ClampedArray(height * width * 4);
  for (let place = 0; place < height * width; place += 1) {
    const value = maps.values[place * maps.maps + map] ?? NaN;
    if (Number.isNaN(value)) continue;
    const step = Math.max(0, Math.min(255, Math.round(((value - least) / (most - least)) * 255)));
    rgba[place * 4] = ramp[step * 3] ?? 0;
    rgba[place * 4 + 1] = ramp[step * 3 + 1] ?? 0;
    rgba[place * 4 + 2] = ramp[step * 3 + 2] ?? 0;
    rgba[place * 4 + 3] = 255;
  }
  return rgba;
}
