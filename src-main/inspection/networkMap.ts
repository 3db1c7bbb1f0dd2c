/** The map of a network: its layers gathered into the units that the paper draws, and who reads whom. */

import type { Bypass, MapBlock, MapLayer, MapUnit } from '../contract/inspect.ts';
import type { LayerPlan, PlannedBlock } from '../contract/model.ts';
import { mapOrigins, unitOf } from './origins.ts';
import { receptiveFields } from './receptiveField.ts';

/** Units and blocks of a network, in the order of its plan. */
export interface DrawnNetwork {
  readonly units: readonly MapUnit[];
  readonly blocks: readonly MapBlock[];
}

/** Draws a network of any family. */
export function drawNetwork(plan: LayerPlan): DrawnNetwork {
  const fields = receptiveFields(plan);
  const origins = mapOrigins(plan);
  const byUnit = new Map<string, MapLayer[]>();
  for (const layer of plan.layers) {
    const { name, operation, inputs, outputShape, parameters, multiplyAdds } = layer;
    const field = fields.get(name) ?? { height: 1, width: 1, stride: 1 };
    const drawn = { name, operation, inputs, shape: outputShape, parameters, multiplyAdds, receptiveField: field };
    const unit = unitOf(name);
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), { ...drawn, origins: origins.get(name) ?? [] }]);
  }
  const all = new Map([...byUnit.values()].flat().map((layer) => [layer.name, layer]));
  const units = [...byUnit].map(([name, layers]) => drawUnit(name, layers, all));
  return { units, blocks: plan.blocks.map((block) => drawBlock(block, units)) };
}

function drawUnit(name: string, layers: readonly MapLayer[], all: ReadonlyMap<string, MapLayer>): MapUnit {
  const own = new Set(layers.map((layer) => layer.name));
  const outside = layers.flatMap(({ inputs }) => inputs.filter((input) => !own.has(input)));
  const read = [...new Set(outside)].flatMap((input) => all.get(input) ?? []);
  const reads = [...new Set(read.flatMap((layer) => layer.origins.map(({ unit }) => unit)))];
  const made = lastMade(layers);
  return {
    name,
    kind: kindOf(name),
    block: blockOf(name),
    layers,
    channelsIn: Math.max(0, ...read.map(({ shape }) => shape.at(-1) ?? 0)),
    made: { layer: made.name, shape: made.shape },
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplyAdds: layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    receptiveField: made.receptiveField,
    reads,
    bypass: bypassOf(layers, own),
  };
}

/** A dense layer's last step: what it has made, set beside what it was given. */
function isDense({ inputs }: MapLayer, own: ReadonlySet<string>): boolean {
  return inputs.some((input) => own.has(input)) && inputs.some((input) => !own.has(input));
}

/** What a unit adds to the network: its last layer, but of a dense layer the one before the concatenation. */
function lastMade(layers: readonly MapLayer[]): MapLayer {
  const own = new Set(layers.map((layer) => layer.name));
  const found = layers.filter((layer) => layer.operation.kind !== 'concat' || !isDense(layer, own)).at(-1);
  if (found === undefined) throw new Error('a unit has no layer');
  return found;
}

function kindOf(name: string): MapUnit['kind'] {
  if (name === 'input' || name === 'stem' || name === 'head' || name === 'classifier') return name;
  return name.startsWith('transition') ? 'transition' : 'layer';
}

/** The 1-based number of a unit's block or stage; null outside. */
export function blockOf(name: string): number | null {
  const index = /^(?:block|stage)(\d+)\//.exec(name)?.[1];
  return index === undefined ? null : Number(index);
}

function bypassOf(layers: readonly MapLayer[], own: ReadonlySet<string>): Bypass {
  if (layers.some(({ operation }) => operation.kind === 'highway')) return 'gated';
  const add = layers.find(({ operation }) => operation.kind === 'add');
  if (add === undefined) return 'none';
  if (layers.some(({ operation }) => operation.kind === 'shortcut')) return 'padded';
  return add.inputs.every((input) => own.has(input)) ? 'projected' : 'identity';
}

function drawBlock({ kind, index }: PlannedBlock, units: readonly MapUnit[]): MapBlock {
  const inside = units.filter(({ name }) => name.startsWith(`${kind}${String(index)}/`));
  return {
    kind,
    index,
    units: inside.map(({ name }) => name),
    connections: inside.flatMap(({ name, reads }) => reads.map((source) => ({ source, reader: name }))),
  };
}
