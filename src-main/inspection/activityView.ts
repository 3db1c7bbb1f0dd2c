/** What the maps of any layer do over a split, from what was measured of those that are made: BN and ReLU are monotone. */

import { DUPLICATE_CORRELATION, type SplitActivity } from '../contract/inspect.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { makesMaps } from '../graph/inspection.ts';
import type { Extremes, NetworkActivity } from './activity.ts';
import { affineOf, layersByName, mapsOf, type Weights } from './derive.ts';
import { slotFinder, type Slot } from './slots.ts';

/** Extremes of each map in turn. */
interface MapExtremes {
  readonly images: Uint32Array;
  readonly values: Float32Array;
}

interface MapRange {
  readonly high: MapExtremes;
  readonly low: MapExtremes;
}

/** The activity of one layer. */
export function viewActivity(
  plan: LayerPlan,
  weights: Weights,
  activity: NetworkActivity,
  name: string,
): Omit<SplitActivity, 'split'> {
  const layerOf = layersByName(plan);
  const layer = layerOf(name);
  const ranges = rangesOf(layerOf, weights, activity, name);
  const most = Float32Array.from(ranges, ({ high }) => high.values[0] ?? NaN);
  const least = Float32Array.from(ranges, ({ low }) => low.values[0] ?? NaN);
  const isRelu = afterRelu(layerOf, layer);
  const dead = Uint8Array.from(most, (top, map) => ((isRelu ? top <= 0 : top === least[map]) ? 1 : 0));
  const { perMap, images } = activity;
  const top = {
    perMap,
    images: new Uint32Array(ranges.length * perMap),
    values: new Float32Array(ranges.length * perMap),
  };
  ranges.forEach(({ high }, map) => {
    top.images.set(high.images, map * perMap);
    top.values.set(high.values, map * perMap);
  });
  const slots = slotFinder(plan, weights)(name);
  return { layer: name, images, maps: mapsOf(layer), least, most, dead, ...duplicates(slots, dead, activity), top };
}

/** Whether nothing but 0 is where a map is not active. */
function afterRelu(layerOf: (name: string) => PlannedLayer, { operation, inputs }: PlannedLayer): boolean {
  switch (operation.kind) {
    case 'relu':
      return true;
    case 'dropout':
    case 'concat':
    case 'maxPool':
    case 'averagePool':
    case 'globalAveragePool':
      return inputs.every((input) => afterRelu(layerOf, layerOf(input)));
    default:
      return false;
  }
}

function rangesOf(
  layerOf: (name: string) => PlannedLayer,
  weights: Weights,
  activity: NetworkActivity,
  name: string,
): readonly MapRange[] {
  const layer = layerOf(name);
  if (makesMaps(layer)) return madeRanges(activity, name);
  const ranges = layer.inputs.flatMap((input) => rangesOf(layerOf, weights, activity, input));
  const { operation } = layer;
  switch (operation.kind) {
    case 'batchNorm': {
      const { scale, shift } = affineOf(layer, weights);
      return ranges.map((range, map) => through(range, scale[map] ?? NaN, shift[map] ?? NaN));
    }
    case 'relu':
      return ranges.map(({ high, low }) => ({ high: cut(high), low: cut(low) }));
    case 'stochasticDepth':
      return ranges.map((range) => through(range, operation.survival, 0));
    default:
      return ranges;
  }
}

function madeRanges({ made, perMap }: NetworkActivity, name: string): readonly MapRange[] {
  const found = made.get(name);
  if (found === undefined) return [];
  const of = ({ images, values }: Extremes, map: number): MapExtremes => ({
    images: images.subarray(map * perMap, (map + 1) * perMap),
    values: values.subarray(map * perMap, (map + 1) * perMap),
  });
  const maps = found.high.values.length / perMap;
  return Array.from({ length: maps }, (_, map) => ({ high: of(found.high, map), low: of(found.low, map) }));
}

/** A negative scale turns the largest into the smallest. */
function through({ high, low }: MapRange, scale: number, shift: number): MapRange {
  const moved = ({ images, values }: MapExtremes): MapExtremes => ({
    images,
    values: values.map((value) => value * scale + shift),
  });
  return scale < 0 ? { high: moved(low), low: moved(high) } : { high: moved(high), low: moved(low) };
}

function cut({ images, values }: MapExtremes): MapExtremes {
  return { images, values: values.map((value) => Math.max(0, value)) };
}

function duplicates(
  slots: readonly Slot[],
  dead: Uint8Array,
  { correlations }: NetworkActivity,
): Pick<SplitActivity, 'duplicateOf' | 'correlation'> {
  const duplicateOf = new Int32Array(slots.length).fill(-1);
  const correlation = new Float32Array(slots.length);
  slots.forEach((slot, map) => {
    if (dead[map] === 1) return;
    for (let earlier = 0; earlier < map; earlier++) {
      const other = slots[earlier];
      if (other === undefined || other.group !== slot.group || dead[earlier] === 1) continue;
      const table = correlations.get(slot.group) ?? new Float32Array(0);
      const found = slot.sign * other.sign * (table[slot.index * Math.sqrt(table.length) + other.index] ?? 0);
      if (found < DUPLICATE_CORRELATION) continue;
      duplicateOf[map] = earlier;
      correlation[map] = found;
      return;
    }
  });
  return { duplicateOf, correlation };
}
