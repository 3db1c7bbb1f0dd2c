/** Where the maps that a layer shows were made: most layers hand on those of others. */

import type { MapOrigin } from '../contract/inspect.ts';
import { assertNever } from '../contract/errors.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';

/** The unit of a layer, by its name: `block2/layer5` of `block2/layer5/conv1`, `stem` of `stem/conv`. */
export function unitOf(layer: string): string {
  const [first = '', second] = layer.split('/');
  return second !== undefined && /^(block|stage)\d+$/.test(first) ? `${first}/${second}` : first;
}

/** The origins of every layer's maps, by its name and in the order of the maps. */
export function mapOrigins(plan: LayerPlan): ReadonlyMap<string, readonly MapOrigin[]> {
  const origins = new Map<string, readonly MapOrigin[]>();
  for (const layer of plan.layers) {
    const inputs = layer.inputs.map((name) => origins.get(name) ?? []);
    origins.set(layer.name, handsOn(layer) ? inputs.flat() : [itself(layer)]);
  }
  return origins;
}

function itself({ name, outputShape }: PlannedLayer): MapOrigin {
  return { unit: unitOf(name), layer: name, first: 0, count: outputShape.at(-1) ?? 0 };
}

/** Whether map i of the layer is one of the maps that it reads, in another place or size or with other values. */
function handsOn({ operation }: PlannedLayer): boolean {
  switch (operation.kind) {
    case 'batchNorm':
    case 'relu':
    case 'dropout':
    case 'sigmoid':
    case 'stochasticDepth':
    case 'concat':
    case 'averagePool':
    case 'maxPool':
    case 'globalAveragePool':
      return true;
    case 'input':
    case 'convolution':
    case 'linear':
    case 'add':
    case 'shortcut':
    case 'highway':
      return false;
    default:
      return assertNever(operation);
  }
}
