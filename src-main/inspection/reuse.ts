/** Feature reuse: how much weight each layer of a dense block gives to the maps of each earlier one (figure 5 of the paper). */

import { assertNever, DenseLabError } from '../contract/errors.ts';
import type { FeatureReuse, MapOrigin, ReuseBlock, ReuseDifference, ReuseNorm } from '../contract/inspect.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { observeReuse } from './observations.ts';
import { mapOrigins, unitOf } from './origins.ts';
import type { Weights } from './derive.ts';

/** What reads maps inside or behind a block: the first layer with weights of a unit. */
interface Reader {
  readonly unit: string;
  readonly layer: PlannedLayer;
  readonly origins: readonly MapOrigin[];
}

/**
 * The matrices of a network's blocks, and the paper's observations on them.
 * @throws DenseLabError `not-inspectable` for a network without dense blocks
 */
export function featureReuse(
  plan: LayerPlan,
  weights: Weights,
  norm: ReuseNorm,
): Pick<FeatureReuse, 'norm' | 'blocks' | 'observations'> {
  if (plan.spec.family !== 'densenet') {
    throw new DenseLabError(
      'not-inspectable',
      'The network has no dense blocks, so there is no reuse of features to show.',
      'Choose a run of a DenseNet.',
    );
  }
  const readers = readersOf(plan);
  const blocks = plan.blocks.map(({ index }) => reuseOfBlock(index, readers, weights, norm));
  return { norm, blocks, observations: observeReuse(blocks) };
}

/**
 * One network's reuse minus another's.
 * @throws DenseLabError `not-inspectable` when their blocks are not alike
 */
export function reuseDifference(a: FeatureReuse, b: FeatureReuse): ReuseDifference {
  const shape = ({ blocks }: FeatureReuse): string => blocks.map(({ sources }) => sources.length).join(', ');
  if (shape(a) !== shape(b)) {
    throw new DenseLabError(
      'not-inspectable',
      `The blocks differ: run ${String(a.run)} has ${shape(a)} sources in its blocks, and run ${String(b.run)} has ${shape(b)}.`,
      'Choose two runs with as many layers in each block.',
    );
  }
  const blocks = a.blocks.map((block, at) => ({
    ...block,
    matrix: block.matrix.map((row, source) =>
      row.map((value, reader) => {
        const other = b.blocks[at]?.matrix[source]?.[reader];
        return value === null || other === null || other === undefined ? null : value - other;
      }),
    ),
  }));
  return { a, b, blocks };
}

function readersOf(plan: LayerPlan): readonly Reader[] {
  const origins = mapOrigins(plan);
  const seen = new Set<string>();
  return plan.layers.flatMap((layer) => {
    const unit = unitOf(layer.name);
    const learns = layer.operation.kind === 'convolution' || layer.operation.kind === 'linear';
    if (!learns || seen.has(unit)) return [];
    seen.add(unit);
    return [{ unit, layer, origins: layer.inputs.flatMap((input) => origins.get(input) ?? []) }];
  });
}

function reuseOfBlock(index: number, all: readonly Reader[], weights: Weights, norm: ReuseNorm): ReuseBlock {
  const inside = all.filter(({ unit }) => unit.startsWith(`block${String(index)}/`));
  const last = inside.at(-1)?.unit;
  const behind = all.filter(
    ({ unit, origins }) => !inside.some((each) => each.unit === unit) && origins.some((each) => each.unit === last),
  );
  const readers = [...inside, ...behind.slice(0, 1)];
  const sources = (readers.at(-1)?.origins ?? []).map(({ unit }) => unit);
  const columns = readers.map((reader) => columnOf(reader, weights, norm));
  return {
    index,
    sources,
    readers: readers.map(({ unit }) => unit),
    matrix: sources.map((source) => columns.map((column) => column.get(source) ?? null)),
  };
}

/** By source the weight that a reader gives to it. */
function columnOf({ layer, origins }: Reader, weights: Weights, norm: ReuseNorm): ReadonlyMap<string, number> {
  const tensor = layer.tensors.find(({ role }) => role === 'weights');
  const values = weights.get(tensor?.name ?? '') ?? new Float32Array(0);
  const [inputs = 0, outputs = 1] = tensor?.shape.slice(-2) ?? [];
  // Convolutions [kernelHeight, kernelWidth, in, out], linear [in, out]: the same order behind the kernel's pixels.
  const perMap = new Float64Array(inputs);
  values.forEach((value, at) => {
    const map = Math.floor(at / outputs) % inputs;
    perMap[map] = (perMap[map] ?? 0) + Math.abs(value);
  });
  const weightsOfMap = values.length / inputs;
  const column = new Map<string, number>();
  let first = 0;
  for (const { unit, count } of origins) {
    const l1 = perMap.subarray(first, first + count).reduce((sum, each) => sum + each, 0) / count;
    column.set(unit, scaled(l1, weightsOfMap, norm));
    first += count;
  }
  return column;
}

function scaled(l1: number, weightsOfMap: number, norm: ReuseNorm): number {
  switch (norm) {
    case 'l1':
      return l1;
    case 'mean':
      return l1 / weightsOfMap;
    default:
      return assertNever(norm);
  }
}
