/** FusedBatchNormV3 in training and its gradient (Ioffe and Szegedy 2015, algorithm 1 and section 3). */

import { attributeOf } from '../../../graph/attributes.ts';
import { at } from '../../../graph/illegal.ts';
import type { GraphNode, Tensor, TensorType } from '../../../graph/node.ts';
import { sumOf } from '../rule.ts';
import type { ConcreteKernel, Expected, KernelRule } from '../rule.ts';
import { output } from '../testBench.ts';
import type { Fed, TestBench } from '../testBench.ts';

interface ChannelStatistics {
  readonly mean: Expected;
  /** Biased: over n, h and w. */
  readonly variance: Expected;
  /** 1 / √(variance + epsilon). */
  readonly scale: number;
}

/** A batch and its statistics by channel. */
class Batch {
  readonly channels: number;
  /** Pixels of all images. */
  readonly count: number;
  private readonly known = new Map<number, ChannelStatistics>();

  constructor(
    readonly x: Fed,
    private readonly epsilon: number,
  ) {
    this.channels = at(x.shape, 3);
    this.count = at(x.shape, 0) * at(x.shape, 1) * at(x.shape, 2);
  }

  statistics(channel: number): ChannelStatistics {
    const known = this.known.get(channel);
    if (known !== undefined) return known;
    const mean = this.meanOf((position) => this.x.at(position), channel);
    const variance = this.meanOf((position) => (this.x.at(position) - mean.value) ** 2, channel);
    const made = { mean, variance, scale: 1 / Math.sqrt(variance.value + this.epsilon) };
    this.known.set(channel, made);
    return made;
  }

  /** (x - mean) / √(variance + epsilon). */
  normalised(position: number): number {
    const { mean, scale } = this.statistics(position % this.channels);
    return (this.x.at(position) - mean.value) * scale;
  }

  /** Mean over the pixels of a channel. */
  meanOf(term: (position: number) => number, channel: number): Expected {
    const { value, magnitude } = sumOf(this.count, (pixel) => term(pixel * this.channels + channel));
    return { value: value / this.count, magnitude: magnitude / this.count };
  }
}

/** Normalised maps, then mean and unbiased variance of the batch. */
export const batchNormCheck: KernelRule = {
  op: 'FusedBatchNormV3',
  covers: isTraining,
  prepare(bench, kernel) {
    const [x, gamma, beta] = [0, 1, 2].map((index) => bench.feed(at(kernel.inputs, index)));
    if (x === undefined || gamma === undefined || beta === undefined) return [];
    const batch = new Batch(x, epsilonOf(kernel.node));
    const node = forward(bench, kernel, x, gamma.tensor, beta.tensor);
    return [
      {
        output: output(node, 0),
        element(position) {
          const channel = position % batch.channels;
          const { mean, scale } = batch.statistics(channel);
          const factor = gamma.at(channel);
          const spread = Math.abs(factor) * scale * (Math.abs(x.at(position)) + mean.magnitude);
          const value = factor * batch.normalised(position) + beta.at(channel);
          return { value, magnitude: spread + Math.abs(beta.at(channel)) };
        },
      },
      { output: output(node, 1), element: (channel) => batch.statistics(channel).mean },
      {
        output: output(node, 2),
        element(channel) {
          const { value } = batch.statistics(channel).variance;
          const unbiased = (value * batch.count) / (batch.count - 1);
          return { value: unbiased, magnitude: unbiased };
        },
      },
    ];
  },
};

/** Gradients of x, gamma and beta, after a forward pass whose reserved outputs they take. */
export const batchNormGradientCheck: KernelRule = {
  op: 'FusedBatchNormGradV3',
  covers: isTraining,
  prepare(bench, kernel) {
    const [dy, x, gamma] = [0, 1, 2].map((index) => bench.feed(at(kernel.inputs, index)));
    if (dy === undefined || x === undefined || gamma === undefined) return [];
    const batch = new Batch(x, epsilonOf(kernel.node));
    const beta = bench.feed({ dataType: 'float32', shape: gamma.shape });
    const before = forward(bench, kernel, x, gamma.tensor, beta.tensor);
    const reserved = [3, 4, 5].map((index) => output(before, index));
    const node = bench.add(
      kernel.node.op,
      [dy.tensor, x.tensor, gamma.tensor, ...reserved],
      kernel.outputs,
      kernel.node.attributes,
    );
    const ofBeta = remember((channel) => batch.meanOf((position) => dy.at(position), channel));
    const ofGamma = remember((channel) =>
      batch.meanOf((position) => dy.at(position) * batch.normalised(position), channel),
    );
    const summed = (mean: Expected): Expected => ({
      value: mean.value * batch.count,
      magnitude: mean.magnitude * batch.count,
    });
    return [
      {
        output: output(node, 0),
        element(position) {
          const channel = position % batch.channels;
          const factor = gamma.at(channel) * batch.statistics(channel).scale;
          const terms = [dy.at(position), -ofBeta(channel).value, -batch.normalised(position) * ofGamma(channel).value];
          const { value, magnitude } = sumOf(terms.length, (index) => factor * at(terms, index));
          const rounding = Math.abs(factor) * (ofBeta(channel).magnitude + ofGamma(channel).magnitude);
          return { value, magnitude: magnitude + rounding };
        },
      },
      { output: output(node, 1), element: (channel) => summed(ofGamma(channel)) },
      { output: output(node, 2), element: (channel) => summed(ofBeta(channel)) },
    ];
  },
};

function forward(bench: TestBench, kernel: ConcreteKernel, x: Fed, gamma: Tensor, beta: Tensor): GraphNode {
  const maps: TensorType = { dataType: x.tensor.dataType, shape: x.shape };
  const perChannel: TensorType = { dataType: 'float32', shape: gamma.shape };
  const reserved: TensorType = { dataType: 'float32', shape: [-1] };
  const outputs = [maps, perChannel, perChannel, perChannel, perChannel, reserved];
  const inputs = [x.tensor, gamma, beta, bench.nothing(), bench.nothing()];
  return bench.add('FusedBatchNormV3', inputs, outputs, kernel.node.attributes);
}

function isTraining(node: GraphNode): boolean {
  return attributeOf(node.attributes, 'is_training', 'bool');
}

function epsilonOf(node: GraphNode): number {
  return attributeOf(node.attributes, 'epsilon', 'float');
}

function remember(compute: (channel: number) => Expected): (channel: number) => Expected {
  const known = new Map<number, Expected>();
  return (channel) => {
    const value = known.get(channel) ?? compute(channel);
    known.set(channel, value);
    return value;
  };
}
