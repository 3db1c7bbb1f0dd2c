/** What a network has learnt, tensor by tensor. */

import type { LayerWeights, LearntTensor, TensorStatistics } from '../contract/inspect.ts';
import type { PlannedTensor } from '../contract/model.ts';
import { findLayer, type LoadedCheckpoint } from './openRun.ts';

/** Bins of a histogram. */
const BINS = 64;

/** The tensors of one layer. @throws DenseLabError `layer-unknown` */
export function layerWeights({ plan, values, record }: LoadedCheckpoint, name: string): LayerWeights {
  const { tensors } = findLayer(plan, name);
  return {
    layer: name,
    epoch: record.epoch,
    tensors: tensors.map((tensor) => learnt(tensor, valuesOf(values, tensor), name)),
  };
}

/** Numbers about every tensor, in the network's order. */
export function networkNorms({ plan, values }: LoadedCheckpoint): readonly TensorStatistics[] {
  return plan.layers.flatMap(({ name, tensors }) =>
    tensors.map((tensor) => statisticsOf(tensor, valuesOf(values, tensor), name)),
  );
}

function valuesOf(values: LoadedCheckpoint['values'], { name }: PlannedTensor): Float32Array {
  return values.get(name) ?? new Float32Array(0);
}

function learnt(tensor: PlannedTensor, values: Float32Array, layer: string): LearntTensor {
  const statistics = statisticsOf(tensor, values, layer);
  return { ...statistics, values, histogram: histogram(values, statistics), filterNorms: filterNorms(tensor, values) };
}

function statisticsOf({ name, role, shape }: PlannedTensor, values: Float32Array, layer: string): TensorStatistics {
  let [sum, l1, squares, least, most] = [0, 0, 0, Infinity, -Infinity];
  for (const value of values) {
    sum += value;
    l1 += Math.abs(value);
    squares += value * value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const mean = sum / values.length;
  const around = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const standardDeviation = Math.sqrt(around / values.length);
  return { name, layer, role, shape, mean, standardDeviation, least, most, l1, l2: Math.sqrt(squares) };
}

function histogram(values: Float32Array, { least, most }: TensorStatistics): readonly number[] {
  const counts = new Array<number>(BINS).fill(0);
  const width = (most - least) / BINS;
  for (const value of values) {
    const bin = width > 0 ? Math.min(BINS - 1, Math.floor((value - least) / width)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** Outputs are the last axis of every tensor. */
function filterNorms({ shape }: PlannedTensor, values: Float32Array): Float32Array {
  const outputs = shape.at(-1) ?? 1;
  const squares = new Float64Array(outputs);
  values.forEach((value, at) => (squares[at % outputs] = (squares[at % outputs] ?? 0) + value * value));
  return Float32Array.from(squares, Math.sqrt);
}
