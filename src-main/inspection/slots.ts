/** Where the correlations between the maps of a layer are found: they are measured once for all layers that share maps. */

import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { makesMaps } from '../graph/inspection.ts';
import { affineOf, layersByName, mapsOf, type Weights } from './derive.ts';

/** A map among those of a layer that was measured. */
export interface Slot {
  /** The measured layer. */
  readonly group: string;
  readonly index: number;
  /** -1 where a BatchNorm turns it upside down. */
  readonly sign: 1 | -1;
}

/**
 * Layers whose maps are set against each other: of concatenations those that no other holds, and whatever is made and is in
 * none.
 */
export function correlatedLayers(plan: LayerPlan): readonly string[] {
  const held = heldMaps(plan);
  const groups = new Set([...held.values()].map(({ group }) => group));
  return plan.layers
    .filter((layer) => groups.has(layer.name) || (makesMaps(layer) && !held.has(layer.name)))
    .map(({ name }) => name);
}

/** Finds the slots of layers. @returns of a layer's maps in their order */
export function slotFinder(plan: LayerPlan, weights: Weights): (name: string) => readonly Slot[] {
  const held = heldMaps(plan);
  const layerOf = layersByName(plan);
  const find = (name: string): readonly Slot[] => {
    const layer = layerOf(name);
    const place = held.get(name);
    if (place !== undefined) return slots(place.group, place.offset, mapsOf(layer));
    if (makesMaps(layer)) return slots(name, 0, mapsOf(layer));
    const inputs = layer.inputs.flatMap(find);
    if (layer.operation.kind !== 'batchNorm') return inputs;
    const { scale } = affineOf(layer, weights);
    return inputs.map((slot, map) => ({ ...slot, sign: (scale[map] ?? 0) < 0 ? turned(slot.sign) : slot.sign }));
  };
  return find;
}

function turned(sign: 1 | -1): 1 | -1 {
  return sign === 1 ? -1 : 1;
}

function slots(group: string, offset: number, count: number): readonly Slot[] {
  return Array.from({ length: count }, (_, at) => ({ group, index: offset + at, sign: 1 }));
}

/** Layers that a concatenation sets side by side, with its name and the place of their first map. */
function heldMaps(plan: LayerPlan): ReadonlyMap<string, { readonly group: string; readonly offset: number }> {
  const layerOf = layersByName(plan);
  const concats = plan.layers.filter(isConcat);
  const inner = new Set(concats.flatMap((layer) => leavesOrConcats(layer, layerOf)));
  const held = new Map<string, { group: string; offset: number }>();
  for (const { name } of concats.filter((layer) => !inner.has(layer.name))) {
    let offset = 0;
    const place = (member: string): void => {
      const layer = layerOf(member);
      if (isConcat(layer) || layer.operation.kind === 'dropout') return layer.inputs.forEach(place);
      if (!held.has(member)) held.set(member, { group: name, offset });
      offset += mapsOf(layer);
    };
    place(name);
  }
  return held;
}

/** What a concatenation reads, past dropout. */
function leavesOrConcats({ inputs }: PlannedLayer, layerOf: (name: string) => PlannedLayer): readonly string[] {
  return inputs.flatMap((name) => {
    const layer = layerOf(name);
    return layer.operation.kind === 'dropout' ? leavesOrConcats(layer, layerOf) : [name];
  });
}

function isConcat({ operation }: PlannedLayer): boolean {
  return operation.kind === 'concat';
}
