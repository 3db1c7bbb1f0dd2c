/** Which layers of a network are probed, and which are set against those of another. */

import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { drawNetwork } from './networkMap.ts';

/** A place on the way through the network, and the layer at which a probe reads it. */
export interface ProbePlace {
  readonly place: string;
  readonly layer: string;
}

/** A unit, and the layer that makes its maps. */
export interface ComparedUnit {
  readonly unit: string;
  readonly layer: string;
}

/** The stem and each block's output, as the next layer reads them: past its BN and ReLU. */
export function probePlaces(plan: LayerPlan): readonly ProbePlace[] {
  const places = ['stem', ...plan.blocks.map(({ kind, index }) => `${kind}${String(index)}`)];
  return places.flatMap((place) => {
    const last = plan.layers.filter(({ name }) => name.startsWith(`${place}/`)).at(-1);
    return last === undefined ? [] : [{ place, layer: asRead(plan, last).name }];
  });
}

/** What each unit makes, in the network's order: of a dense layer the k new maps. */
export function comparedUnits(plan: LayerPlan): readonly ComparedUnit[] {
  const { units } = drawNetwork(plan);
  return units.filter(({ kind }) => kind !== 'input').map(({ name, made }) => ({ unit: name, layer: made.layer }));
}

function asRead(plan: LayerPlan, layer: PlannedLayer): PlannedLayer {
  const normalised = readerOf(plan, layer, 'batchNorm');
  if (normalised === undefined) return layer;
  return readerOf(plan, normalised, 'relu') ?? normalised;
}

function readerOf(
  { layers }: LayerPlan,
  { name }: PlannedLayer,
  kind: PlannedLayer['operation']['kind'],
): PlannedLayer | undefined {
  return layers.find(({ inputs, operation }) => operation.kind === kind && inputs.includes(name));
}
