/** A network in float64 and plain loops, straight from the layer plan: slow, obvious, and independent of the compiler. */

import { assertNever } from '../../../src-main/contract/errors.ts';
import type { LayerPlan, PlannedLayer } from '../../../src-main/contract/model.ts';

/** Maps of a batch, [n, height, width, channels] in row-major order; features have height and width 1. */
export interface Maps {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float64Array;
}

/** Mean and variance of each channel. */
export interface Statistics {
  readonly mean: readonly number[];
  /** Biased: divided by the number of values. */
  readonly variance: readonly number[];
}

/** Which statistics a BatchNorm uses: those of the batch, or the moving averages. */
export type Mode = 'batch' | 'moving';

/** What dropout multiplies each activation by, by layer, and what stochastic depth multiplies by; nothing is dropped in layers that are not named. */
export type DropoutFactors = Readonly<Record<string, Float32Array>>;

/** State in any precision. */
export type Values = Readonly<Record<string, ArrayLike<number>>>;

/** Activations of every layer by name. `images` are normalised. */
export function runReference(
  plan: LayerPlan,
  state: Values,
  images: Maps,
  mode: Mode,
  factors: DropoutFactors = {},
): ReadonlyMap<string, Maps> {
  const outputs = new Map<string, Maps>();
  for (const layer of plan.layers) {
    const inputs = layer.inputs.map((name) => found(outputs.get(name)));
    outputs.set(layer.name, layer.operation.kind === 'input' ? images : runLayer(layer, inputs, state, mode, factors));
  }
  return outputs;
}

/** Mean cross-entropy in nats. */
export function meanCrossEntropy(logits: Maps, labels: Int32Array): number {
  const losses = Array.from(labels, (label, item) => {
    const row = logits.data.subarray(item * logits.channels, (item + 1) * logits.channels);
    const largest = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    return Math.log(total) + largest - found(row[label]);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Statistics over a batch. */
export function statisticsOf(maps: Maps): Statistics {
  const { data, channels } = maps;
  const values = data.length / channels;
  const mean = new Array<number>(channels).fill(0);
  const variance = new Array<number>(channels).fill(0);
  data.forEach((value, index) => (mean[index % channels] = found(mean[index % channels]) + value / values));
  data.forEach((value, index) => {
    const deviation = value - found(mean[index % channels]);
    variance[index % channels] = found(variance[index % channels]) + deviation ** 2 / values;
  });
  return { mean, variance };
}

function runLayer(
  layer: PlannedLayer,
  inputs: readonly Maps[],
  state: Values,
  mode: Mode,
  factors: DropoutFactors,
): Maps {
  const first = found(inputs[0]);
  const value = (role: string) => found(state[`${layer.name}/${role}`]);
  const { operation } = layer;
  switch (operation.kind) {
    case 'input':
      return first;
    case 'dropout':
      return { ...first, data: first.data.map((element, index) => element * (factors[layer.name]?.[index] ?? 1)) };
    case 'relu':
      return { ...first, data: first.data.map((element) => Math.max(element, 0)) };
    case 'sigmoid':
      return { ...first, data: first.data.map((element) => 1 / (1 + Math.exp(-element))) };
    case 'add':
      return { ...first, data: first.data.map((element, index) => element + found(inputs[1]?.data[index])) };
    case 'shortcut':
      return tabulate(first, layer, (n, y, x, c) =>
        c < first.channels ? pixel(first, n, y * operation.stride, x * operation.stride, c) : 0,
      );
    case 'highway': {
      const mixed = first.data.map((made, index) => {
        const gate = found(inputs[1]?.data[index]);
        return made * gate + found(inputs[2]?.data[index]) * (1 - gate);
      });
      return { ...first, data: mixed };
    }
    case 'stochasticDepth': {
      const factor = mode === 'moving' ? operation.survival : found(factors[layer.name]?.[0]);
      return { ...first, data: first.data.map((element) => element * factor) };
    }
    case 'convolution':
      return convolve(first, layer, value('weights'), state[`${layer.name}/bias`]);
    case 'batchNorm': {
      const moving = { mean: Array.from(value('movingMean')), variance: Array.from(value('movingVariance')) };
      const { mean, variance } = mode === 'moving' ? moving : statisticsOf(first);
      const normalise = (element: number, c: number) =>
        ((element - found(mean[c])) / Math.sqrt(found(variance[c]) + operation.epsilon)) * found(value('gamma')[c]) +
        found(value('beta')[c]);
      return { ...first, data: first.data.map((element, index) => normalise(element, index % first.channels)) };
    }
    case 'concat':
      return tabulate(first, layer, (n, y, x, c) => {
        let channel = c;
        const piece = inputs.find(({ channels }) => channel < channels || ((channel -= channels), false));
        return pixel(found(piece), n, y, x, channel);
      });
    case 'averagePool':
    case 'maxPool': {
      const { size, stride } = operation;
      const padding = operation.kind === 'maxPool' ? operation.padding : 0;
      return tabulate(first, layer, (n, y, x, c) => {
        const values = window(size).map(([dy, dx]) =>
          pixel(first, n, y * stride + dy - padding, x * stride + dx - padding, c),
        );
        return operation.kind === 'maxPool' ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length;
      });
    }
    case 'globalAveragePool': {
      const means = new Float64Array(first.count * first.channels);
      const pixels = first.height * first.width;
      first.data.forEach((element, index) => {
        const target = Math.floor(index / (pixels * first.channels)) * first.channels + (index % first.channels);
        means[target] = found(means[target]) + element / pixels;
      });
      return { count: first.count, height: 1, width: 1, channels: first.channels, data: means };
    }
    case 'linear':
      return tabulate(first, { ...layer, outputShape: [1, 1, ...layer.outputShape] }, (n, _y, _x, c) => {
        const classes = found(layer.outputShape[0]);
        let sum = found(value('bias')[c]);
        for (let i = 0; i < first.channels; i++)
          sum += pixel(first, n, 0, 0, i) * found(value('weights')[i * classes + c]);
        return sum;
      });
    default:
      return assertNever(operation);
  }
}

function convolve(maps: Maps, layer: PlannedLayer, weights: ArrayLike<number>, bias?: ArrayLike<number>): Maps {
  const { operation, outputShape } = layer;
  if (operation.kind !== 'convolution') throw new Error(`${layer.name} is no convolution`);
  const { kernel, stride, padding } = operation;
  const outputs = found(outputShape[2]);
  return tabulate(maps, layer, (n, y, x, c) => {
    let sum = bias?.[c] ?? 0;
    for (const [dy, dx] of window(kernel)) {
      for (let i = 0; i < maps.channels; i++) {
        const weight = found(weights[((dy * kernel + dx) * maps.channels + i) * outputs + c]);
        sum += weight * pixel(maps, n, y * stride + dy - padding, x * stride + dx - padding, i);
      }
    }
    return sum;
  });
}

/** Every [row, column] of a square window. */
function window(size: number): readonly (readonly [number, number])[] {
  return Array.from({ length: size * size }, (_, i) => [Math.floor(i / size), i % size] as const);
}

/** One value; zero outside the maps. */
function pixel(maps: Maps, n: number, y: number, x: number, c: number): number {
  if (y < 0 || x < 0 || y >= maps.height || x >= maps.width) return 0;
  return found(maps.data[((n * maps.height + y) * maps.width + x) * maps.channels + c]);
}

function tabulate(
  like: Maps,
  layer: Pick<PlannedLayer, 'outputShape'>,
  at: (n: number, y: number, x: number, c: number) => number,
): Maps {
  const [height = 1, width = 1, channels = 1] = layer.outputShape;
  const data = new Float64Array(like.count * height * width * channels);
  for (let index = 0; index < data.length; index++) {
    const c = index % channels;
    const x = Math.floor(index / channels) % width;
    const y = Math.floor(index / (channels * width)) % height;
    data[index] = at(Math.floor(index / (channels * width * height)), y, x, c);
  }
  return { count: like.count, height, width, channels, data };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the reference network reads something that is not there');
  return value;
}
