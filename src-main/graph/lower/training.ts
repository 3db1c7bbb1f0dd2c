/** The forward pass of training: statistics of the batch, and dropout. */

import { assertNever } from '../../contract/errors.ts';
import type { LayerPlan, PlannedLayer } from '../../contract/model.ts';
import { at, lookUp } from '../illegal.ts';
import type { FloatingType, Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { batchNorm } from '../ops/batchNorm.ts';
import { cast } from '../ops/cast.ts';
import { scalar } from '../ops/constant.ts';
import { denseBlock } from '../ops/denseBlock.ts';
import { greaterEqual } from '../ops/greaterEqual.ts';
import { multiply } from '../ops/multiply.ts';
import { randomUniform } from '../ops/randomUniform.ts';
import { relu } from '../ops/relu.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { split } from '../ops/split.ts';
import { sigmoid } from '../ops/sigmoid.ts';
import { paddedChannels } from '../shapes.ts';
import type { Scope } from '../scope.ts';
import {
  activationOf,
  joined,
  joinedForBatchNorm,
  joinedWithoutPadding,
  sideBySide,
  type Activation,
} from './activation.ts';
import type { BlockSegment } from './blocks.ts';
import {
  classify,
  convolutionOf,
  convolve,
  hasBias,
  mix,
  PlanIndex,
  poolAverages,
  poolGlobally,
  poolMaxima,
  shortcut,
  type OperationOf,
} from './layers.ts';
import { seedFor } from './random.ts';
import { StochasticDepth } from './stochasticDepth.ts';

/** What the forward pass starts from. */
export interface TrainingInputs {
  /** Normalised images [n, h, w, channels]. */
  readonly images: Tensor;
  /** int32 [2]. */
  readonly seed: Tensor;
  /** What maps are kept in between the first convolution and the classifier. */
  readonly precision: FloatingType;
  /** Parameters by the plan's names, in the shapes of the graph's layout; those of a block all together by its name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Moving averages before the step by the plan's names. */
  readonly movingAverages: ReadonlyMap<string, Tensor>;
  /** Whether native blocks compute maps again in the backward pass; of other layers the gradient decides. */
  readonly recomputes: boolean;
  /** The blocks that are one native operation each. */
  readonly blocks: readonly BlockSegment[];
}

/** What it ends with. */
export interface TrainingOutputs {
  /** [n, classes]. */
  readonly logits: Tensor;
  /** Mean and unbiased variance of the batch, by the names of the moving averages that follow them. */
  readonly statistics: ReadonlyMap<string, Tensor>;
  /** Output of every layer that has one tensor of its own, in the plan's order. */
  readonly activations: ReadonlyMap<string, Tensor>;
}

/** Adds the forward pass of `plan`, each layer under its own name below `scope`. */
export function lowerForTraining(scope: Scope, plan: LayerPlan, inputs: TrainingInputs): TrainingOutputs {
  const pass = new TrainingPass(scope, plan, inputs);
  const blocks = new Map(inputs.blocks.flatMap((block) => block.layers.map((layer) => [layer, block] as const)));
  for (const layer of plan.layers) {
    const block = blocks.get(layer);
    if (block === undefined) pass.lower(layer);
    else if (block.layers[0] === layer) pass.lowerBlock(block);
  }
  return {
    logits: pass.output(at(plan.layers, plan.layers.length - 1)),
    statistics: pass.statistics,
    activations: pass.outputs,
  };
}

class TrainingPass {
  readonly statistics = new Map<string, Tensor>();
  readonly outputs = new Map<string, Tensor>();
  readonly #activations = new Map<string, Activation>();
  readonly #scope: Scope;
  readonly #index: PlanIndex;
  readonly #inputs: TrainingInputs;
  readonly #depth: StochasticDepth;
  /** Of maps between layers. Native blocks round inside: what they are given and give is float32. */
  readonly #precision: FloatingType;

  constructor(scope: Scope, plan: LayerPlan, inputs: TrainingInputs) {
    this.#scope = scope;
    this.#index = new PlanIndex(plan);
    this.#inputs = inputs;
    this.#precision = inputs.blocks.length > 0 ? 'float32' : inputs.precision;
    this.#depth = new StochasticDepth(scope, plan, this.#index, inputs.seed);
  }

  /** The finished output of a layer. */
  output(layer: PlannedLayer): Tensor {
    return joined(this.#scope.child(layer.name), lookUp(this.#activations, layer.name));
  }

  /** All layers of a block at once: only the last one's output exists. */
  lowerBlock({ name, form, input, layers }: BlockSegment): void {
    const scope = this.#scope.child(name);
    const maps = joinedWithoutPadding(scope, lookUp(this.#activations, input));
    const { output, statistics } = denseBlock(scope, [maps, lookUp(this.#inputs.parameters, name)], form, this.#inputs);
    const last = at(layers, layers.length - 1);
    this.outputs.set(last.name, output);
    this.#activations.set(last.name, activationOf(output, at(last.outputShape, last.outputShape.length - 1)));
    const averages = layers.flatMap(({ tensors }) => tensors.filter(({ trainable }) => !trainable));
    const sizes = averages.map(({ shape }) => paddedChannels(at(shape, 0)));
    split(scope, statistics, sizes).forEach((piece, index) => this.statistics.set(at(averages, index).name, piece));
  }

  lower(layer: PlannedLayer): void {
    const scope = this.#scope.child(layer.name);
    const sources = layer.inputs.map((name) => lookUp(this.#activations, name));
    const channels = at(layer.outputShape, layer.outputShape.length - 1);
    const keep = (tensor: Tensor) => {
      this.outputs.set(layer.name, tensor);
      this.#activations.set(layer.name, activationOf(tensor, channels));
    };
    const source = () => this.#joined(at(layer.inputs, 0));
    const whole = (position: number) => joinedWithoutPadding(scope, at(sources, position));
    const { operation } = layer;
    switch (operation.kind) {
      case 'input':
        return void keep(this.#inputs.images);
      case 'convolution':
        return void keep(this.#convolve(scope, layer, source()));
      case 'batchNorm':
        return void keep(this.#normalise(scope, layer, at(sources, 0), operation));
      case 'relu':
        return void keep(relu(scope, source()));
      case 'dropout':
        return void keep(dropOut(scope, source(), operation.rate, seedFor(scope, this.#inputs.seed, layer.name)));
      case 'sigmoid':
        return void keep(sigmoid(scope, whole(0)));
      case 'add':
        return void keep(add(scope, whole(0), whole(1)));
      case 'shortcut':
        return void keep(shortcut(scope, whole(0), operation.stride, channels));
      case 'highway':
        return void keep(mix(scope, whole(0), whole(1), whole(2)));
      case 'stochasticDepth':
        return void keep(multiply(scope, source(), cast(scope, this.#depth.gate(layer), this.#precision)));
      case 'concat':
        return void this.#activations.set(layer.name, sideBySide(scope, sources));
      case 'averagePool':
        // A 1x1 convolution that commutes with this pool has pooled already.
        return void keep(this.#commutes(layer) ? source() : poolAverages(scope, source(), operation));
      case 'maxPool':
        return void keep(poolMaxima(scope, source(), operation));
      case 'globalAveragePool':
        return void keep(poolGlobally(scope, cast(scope, source(), 'float32')));
      case 'linear':
        return void keep(classify(scope, source(), this.#parameter(layer, 'weights'), this.#parameter(layer, 'bias')));
      default:
        return assertNever(operation);
    }
  }

  /** The output of a layer as one tensor: joined once, however many read it. */
  #joined(name: string): Tensor {
    const activation = lookUp(this.#activations, name);
    const tensor = joined(this.#scope.child(name), activation);
    this.#activations.set(name, activationOf(tensor, activation.channels));
    return tensor;
  }

  #convolve(scope: Scope, layer: PlannedLayer, maps: Tensor): Tensor {
    const reader = this.#index.onlyReader(layer);
    const pool = reader?.operation.kind === 'averagePool' && this.#commutes(reader) ? reader : undefined;
    const pooled =
      pool?.operation.kind === 'averagePool' ? poolAverages(this.#scope.child(pool.name), maps, pool.operation) : maps;
    // Images stay float32: the bfloat16 kernel for 3 channels is wrong on some processors.
    const [weights, bias] = [
      this.#parameter(layer, 'weights'),
      hasBias(layer) ? this.#parameter(layer, 'bias') : undefined,
    ];
    const like = (parameter: Tensor) => cast(scope, parameter, pooled.dataType);
    const convolved = convolve(scope, pooled, like(weights), convolutionOf(layer), bias && like(bias));
    return cast(scope, convolved, this.#precision);
  }

  /** Whether a pool is computed before the 1x1 convolution that it reads. */
  #commutes(pool: PlannedLayer): boolean {
    return this.#index.pooledConvolution(pool, () => false) !== undefined;
  }

  #normalise(scope: Scope, layer: PlannedLayer, maps: Activation, operation: OperationOf<'batchNorm'>): Tensor {
    const [gamma, beta] = [this.#parameter(layer, 'gamma'), this.#parameter(layer, 'beta')];
    const result = batchNorm(scope, joinedForBatchNorm(scope, maps), gamma, beta, operation.epsilon);
    for (const [role, statistic] of [
      ['movingMean', result.mean],
      ['movingVariance', result.variance],
    ] as const) {
      const average = () => lookUp(this.#inputs.movingAverages, `${layer.name}/${role}`);
      this.statistics.set(`${layer.name}/${role}`, this.#depth.seen(layer, statistic, average));
    }
    return result.output;
  }

  #parameter(layer: PlannedLayer, role: string): Tensor {
    return lookUp(this.#inputs.parameters, `${layer.name}/${role}`);
  }
}

/** Each element zero with probability `rate`, and otherwise divided by 1 - rate. */
function dropOut(scope: Scope, x: Tensor, rate: number, seed: Tensor): Tensor {
  const chance = randomUniform(scope, shapeOf(scope, x), seed);
  const kept = cast(scope, greaterEqual(scope, chance, scalar(scope, rate)), 'float32');
  const scale = multiply(scope, kept, scalar(scope, 1 / (1 - rate)));
  return multiply(scope, x, cast(scope, scale, x.dataType));
}
