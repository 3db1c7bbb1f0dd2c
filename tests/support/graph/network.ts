/** Tiny networks, compiled and loaded, with state and images from a seed. */

import type { DenseNetSpec, InputShape, LayerPlan, ModelSpec } from '../../../src-main/contract/model.ts';
import { NO_AUGMENTATION } from '../../../src-main/contract/recipe.ts';
import { compileModel, type CompileSettings } from '../../../src-main/graph/compile.ts';
import type { CompiledModel } from '../../../src-main/graph/node.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { openSession, type Session } from '../../../src-main/tensorflow/session.ts';
import {
  float32Data,
  float32Tensor,
  int32Tensor,
  scalarValue,
  uint8Tensor,
  type HostTensor,
} from '../../../src-main/tensorflow/tensor.ts';
import { buildResNet, buildSpec, TINY_HIGHWAY, TINY_INCEPTION, TINY_PLAIN } from '../models.ts';
import { seededNumbers, sizeOf, uniform } from './numbers.ts';

/** State by checkpoint key. */
export type State = Readonly<Record<string, Float32Array>>;

/** One batch. */
export interface Batch {
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

/** What a network is made of; everything but the spec has small defaults. */
export interface NetworkOptions {
  readonly spec?: Partial<DenseNetSpec>;
  /** A whole spec in place of `spec`. */
  readonly model?: ModelSpec;
  readonly input?: InputShape;
  readonly classes?: number;
  readonly settings?: Partial<CompileSettings>;
}

/** One or more of every baseline. */
const BASELINE_KINDS: Readonly<Record<string, NetworkOptions>> = {
  plain: { model: TINY_PLAIN },
  'ResNet with shortcuts A': { model: buildResNet(), input: { height: 9, width: 7, channels: 3 } },
  'ResNet with bottlenecks and shortcuts B': { model: buildResNet({ unit: 'bottleneck', shortcut: 'B' }) },
  'recomputed ResNet': { model: buildResNet({ shortcut: 'B' }), settings: { recomputation: true } },
  'pre-activation ResNet': {
    model: buildResNet({ form: 'preactivation', unit: 'bottleneck', shortcut: 'B' }),
    input: { height: 7, width: 6, channels: 1 },
  },
  'Wide ResNet with dropout': {
    model: buildResNet({ form: 'preactivation', shortcut: 'B', initialFeatures: 8, widthFactor: 2, dropoutRate: 0.3 }),
  },
  'stochastic depth': { model: buildResNet({ unitsPerStage: [2, 2], finalSurvival: 0.3 }) },
  'stochastic depth with pre-activation': {
    model: buildResNet({ form: 'preactivation', unitsPerStage: [2, 1], finalSurvival: 0.3 }),
  },
  highway: { model: TINY_HIGHWAY },
  inception: { model: TINY_INCEPTION, input: { height: 9, width: 8, channels: 3 } },
};

/** The kinds of network: every rule of lowering is used by at least one. */
export const KINDS: Readonly<Record<string, NetworkOptions>> = {
  basic: { spec: { blockLayers: [2, 2], growthRate: 3, initialFeatures: 4 } },
  'BC with odd sizes': {
    spec: { blockLayers: [2, 1, 2], growthRate: 5, initialFeatures: 10, bottleneck: true, compression: 0.5 },
    input: { height: 9, width: 11, channels: 1 },
  },
  'ImageNet stem': {
    spec: { stem: 'imagenet', blockLayers: [1, 2], growthRate: 4, initialFeatures: 6, bottleneck: true },
    input: { height: 21, width: 18, channels: 3 },
  },
  'recomputed BC': {
    spec: { blockLayers: [2, 2], growthRate: 4, initialFeatures: 8, bottleneck: true, compression: 0.5 },
    settings: { recomputation: true },
  },
  dropout: {
    spec: { blockLayers: [1, 2], growthRate: 4, initialFeatures: 8, bottleneck: true, dropoutRate: 0.2 },
  },
  ...BASELINE_KINDS,
};

/** A network in TensorFlow. */
export class RunningNetwork {
  readonly plan: LayerPlan;
  readonly model: CompiledModel;
  readonly session: Session;
  readonly settings: CompileSettings;

  constructor(options: NetworkOptions = {}) {
    const input = options.input ?? { height: 8, width: 8, channels: 3 };
    this.plan = planModel(options.model ?? buildSpec(options.spec), input, options.classes ?? 4);
    this.settings = {
      mean: Array.from({ length: input.channels }, (_, channel) => 120 + 5 * channel),
      standardDeviation: Array.from({ length: input.channels }, (_, channel) => 60 + 3 * channel),
      augmentation: NO_AUGMENTATION,
      optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
      weightDecay: 0,
      ...options.settings,
    };
    this.model = compileModel(this.plan, this.settings);
    this.session = openSession(this.model.graph);
    this.write(this.seededState());
  }

  /** Random but well-scaled values for every variable; velocities zero. */
  seededState(seed = 1): State {
    return Object.fromEntries(
      this.model.variables.map(({ name, role, shape }, position) => [
        name,
        uniform(sizeOf(shape), 1000 * seed + position).map((value) => initialValue(name, role, shape, value)),
      ]),
    );
  }

  /** A batch of `count` images from a seed. */
  batch(count: number, seed = 1): Batch {
    const next = seededNumbers(seed);
    const { height, width, channels } = this.plan.input;
    return {
      pixels: Uint8Array.from({ length: count * height * width * channels }, () => Math.floor(256 * next())),
      labels: Int32Array.from({ length: count }, () => Math.floor(this.plan.classes * next())),
    };
  }

  write(state: State): void {
    const feeds = this.model.variables.map(({ name, shape }, position) => [
      this.model.state.feed[position] ?? '',
      float32Tensor(shape, state[name] ?? []),
    ]);
    this.session.run(Object.fromEntries(feeds), [this.model.state.write]);
  }

  read(): State {
    const values = this.session.run({}, this.model.state.read);
    return Object.fromEntries(this.model.variables.map(({ name }, position) => [name, float32Data(values[position])]));
  }

  /** One step; returns the loss before it and the number of right answers. */
  step(batch: Batch, learningRate: number, seed = 1): { readonly loss: number; readonly correct: number } {
    const { loss, correct } = this.model.train.fetches;
    const [lossValue, correctValue] = this.session.run(this.trainFeeds(batch, learningRate, seed), [loss, correct]);
    return { loss: scalarValue(lossValue), correct: scalarValue(correctValue) };
  }

  /**
   * One step whose batch comes in parts; what `train` fetches.
   * @param share the image's own share of the blend, for networks with mixup
   */
  stepInParts(
    parts: readonly Batch[],
    learningRate: number,
    { seed = 1, share = 1 }: { readonly seed?: number; readonly share?: number } = {},
  ): { readonly loss: number; readonly correct: number; readonly gradientNorm: number } {
    const { train, accumulate } = this.model;
    for (const part of parts.slice(0, -1)) {
      if (accumulate === null) throw new Error('this network takes whole batches only');
      const { [train.feeds.learningRate]: _, ...feeds } = this.trainFeeds(part, 0, seed, share);
      this.session.run(feeds, [accumulate.fetches.done]);
    }
    const last = parts.at(-1);
    if (last === undefined) throw new Error('a batch without parts');
    const { loss, correct, gradientNorm } = train.fetches;
    const values = this.session.run(this.trainFeeds(last, learningRate, seed, share), [loss, correct, gradientNorm]);
    return {
      loss: scalarValue(values[0]),
      correct: scalarValue(values[1]),
      gradientNorm: scalarValue(values[2]),
    };
  }

  /** Gradients by parameter, without a step. */
  gradients(batch: Batch, seed = 1): State {
    const names = Object.keys(this.model.gradients);
    const values = this.session.run(this.trainFeeds(batch, 0, seed), Object.values(this.model.gradients));
    return Object.fromEntries(names.map((name, position) => [name, float32Data(values[position])]));
  }

  /** What dropout multiplies each activation by in a step with this seed, and stochastic depth a residual, by layer. */
  dropoutFactors(batch: Batch, seed = 1): State {
    const drawn = this.plan.layers.flatMap(({ name, operation: { kind } }) => {
      if (kind === 'dropout') return [{ name, fetch: `${name}/Mul` }];
      return kind === 'stochasticDepth' ? [{ name, fetch: `${name}/Cast` }] : [];
    });
    if (drawn.length === 0) return {};
    const values = this.session.run(
      this.trainFeeds(batch, 0, seed),
      drawn.map(({ fetch }) => fetch),
    );
    return Object.fromEntries(drawn.map(({ name }, position) => [name, float32Data(values[position])]));
  }

  /** Activations of every layer. */
  layers(batch: Batch): State {
    const names = Object.keys(this.model.layers);
    const feeds = { [this.model.predict.feeds.images]: this.images(batch) };
    const values = this.session.run(feeds, Object.values(this.model.layers));
    return Object.fromEntries(names.map((name, position) => [name, float32Data(values[position])]));
  }

  evaluate(batch: Batch): { readonly lossSum: number; readonly correct: number; readonly predicted: Int32Array } {
    const { feeds, fetches } = this.model.evaluate;
    const fed = { [feeds.images]: this.images(batch), [feeds.labels]: labelsOf(batch) };
    const [lossSum, correct, predicted] = this.session.run(fed, [fetches.lossSum, fetches.correct, fetches.predicted]);
    if (predicted?.dataType !== 'int32') throw new Error('predicted classes are not int32');
    return { lossSum: scalarValue(lossSum), correct: scalarValue(correct), predicted: predicted.data };
  }

  /** Runs `use`, and frees the session whatever happens. */
  static use<T>(options: NetworkOptions, use: (network: RunningNetwork) => T): T {
    const network = new RunningNetwork(options);
    try {
      return use(network);
    } finally {
      network.session.close();
    }
  }

  images(batch: Batch): HostTensor {
    const { height, width, channels } = this.plan.input;
    return uint8Tensor([batch.labels.length, height, width, channels], batch.pixels);
  }

  private trainFeeds(batch: Batch, learningRate: number, seed: number, share = 1): Record<string, HostTensor> {
    const { feeds } = this.model.train;
    return {
      [feeds.images]: this.images(batch),
      [feeds.labels]: labelsOf(batch),
      [feeds.learningRate]: float32Tensor([], [learningRate]),
      [feeds.seed]: int32Tensor([2], [seed, 7]),
      ...(feeds.mixup === undefined ? {} : { [feeds.mixup]: float32Tensor([], [share]) }),
    };
  }
}

function labelsOf(batch: Batch): HostTensor {
  return int32Tensor([batch.labels.length], batch.labels);
}

function initialValue(name: string, role: string, shape: readonly number[], value: number): number {
  if (role !== 'parameter' && role !== 'movingAverage') return 0;
  if (name.endsWith('/gamma') || name.endsWith('/movingVariance')) return 1 + 0.5 * value;
  if (name.endsWith('/weights')) return value * Math.sqrt(6 / sizeOf(shape.slice(0, -1)));
  return 0.3 * value;
}
