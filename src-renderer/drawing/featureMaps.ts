/** Feature maps as pictures: their order, their scale, their differences, and their colours. */

import type { FeatureMaps, MapStatistics, SplitActivity } from '../../src-main/contract/inspect.ts';
import type { NumberArray } from './numberArray.ts';

/** What maps are sorted by. */
export type MapOrder = 'strength' | 'variance' | 'index';

/** Limits of a scale. */
export interface Limits {
  readonly least: number;
  readonly most: number;
}

/** Maps that can be drawn: a layer's, or the difference of two layers. */
export interface DrawnMaps {
  readonly height: number;
  readonly width: number;
  readonly maps: number;
  /** [height, width, maps]. */
  readonly values: Float32Array;
  readonly statistics: Pick<MapStatistics, 'strength' | 'variance' | 'least' | 'most'>;
}

/** One map, or anything else that lies over an image. */
export interface Plane {
  readonly height: number;
  readonly width: number;
  /** [height, width]. */
  readonly values: Float32Array;
}

/** Positions of all maps in their order, the strongest first; dead ones last, in place among themselves. */
export function orderMaps(maps: DrawnMaps, order: MapOrder, activity: SplitActivity | null): Uint32Array {
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
export function ownLimits({ statistics }: DrawnMaps, map: number): Limits {
  const least = Math.min(0, statistics.least[map] ?? 0);
  const most = statistics.most[map] ?? 0;
  return { least, most: most > least ? most : least + 1 };
}

/** Limits that lie as far below 0 as above, and hold all values. */
export function evenLimits(values: Float32Array): Limits {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most > 0 ? { least: -most, most } : { least: -1, most: 1 };
}

/** Limits from 0, or from what is below it, to the largest value. */
export function limitsOf(values: Float32Array): Limits {
  let [least, most] = [0, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most: most > least ? most : least + 1 };
}

/** A minus B, map by map; null where the two layers are not of one shape. */
export function differenceMaps(a: FeatureMaps, b: FeatureMaps): DrawnMaps | null {
  const { height, width, maps } = a;
  if (b.height !== height || b.width !== width || b.maps !== maps) return null;
  const values = a.values.map((value, at) => value - (b.values[at] ?? NaN));
  const [strength, mean, square] = [new Float32Array(maps), new Float32Array(maps), new Float32Array(maps)];
  const [least, most] = [new Float32Array(maps).fill(Infinity), new Float32Array(maps).fill(-Infinity)];
  const places = height * width;
  for (let at = 0; at < values.length; at += 1) {
    const [map, value] = [at % maps, values[at] ?? 0];
    strength[map] = (strength[map] ?? 0) + Math.abs(value) / places;
    mean[map] = (mean[map] ?? 0) + value / places;
    square[map] = (square[map] ?? 0) + (value * value) / places;
    if (value < (least[map] ?? 0)) least[map] = value;
    if (value > (most[map] ?? 0)) most[map] = value;
  }
  const variance = square.map((sum, map) => Math.max(0, sum - (mean[map] ?? 0) ** 2));
  return { height, width, maps, values, statistics: { strength, variance, least, most } };
}

/** One map by itself. */
export function planeOf({ height, width, maps, values }: DrawnMaps, map: number): Plane {
  return {
    height,
    width,
    values: Float32Array.from({ length: height * width }, (_, at) => values[at * maps + map] ?? NaN),
  };
}

/** Value of a map at a place. */
export function valueAt({ values, width, maps }: DrawnMaps, map: number, row: number, column: number): number {
  return values[(row * width + column) * maps + map] ?? NaN;
}

/** All maps for NumPy: float32, height x width x maps. */
export function arrayOf({ values, height, width, maps }: DrawnMaps): NumberArray {
  return { values, shape: [height, width, maps] };
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
  { height, width, maps, values }: DrawnMaps,
  map: number,
  limits: Limits,
  ramp: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  return paint({ values, first: map, step: maps, count: height * width }, limits, ramp);
}

/** A plane in the colours of a ramp, RGBA of its own size. NaN is transparent. */
export function paintPlane(
  { height, width, values }: Plane,
  limits: Limits,
  ramp: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  return paint({ values, first: 0, step: 1, count: height * width }, limits, ramp);
}

interface Strided {
  readonly values: Float32Array;
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

function paint(
  { values, first, step, count }: Strided,
  { least, most }: Limits,
  ramp: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(count * 4);
  for (let place = 0; place < count; place += 1) {
    const value = values[first + place * step] ?? NaN;
    if (Number.isNaN(value)) continue;
    const colour = Math.max(0, Math.min(255, Math.round(((value - least) / (most - least)) * 255)));
    rgba[place * 4] = ramp[colour * 3] ?? 0;
    rgba[place * 4 + 1] = ramp[colour * 3 + 1] ?? 0;
    rgba[place * 4 + 2] = ramp[colour * 3 + 2] ?? 0;
    rgba[place * 4 + 3] = 255;
  }
  return rgba;
}
