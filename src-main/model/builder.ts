/** Adds layers to a plan one by one, with shapes, tensors and counts. */

import type { ActivationShape, LayerOperation, PlannedLayer, PlannedTensor } from '../contract/model.ts';
import { modelInvalid } from './spec.ts';

/** As in the released code: torch's default epsilon, and an average that keeps 0.9 of its value per step. */
const BATCH_NORM = { kind: 'batchNorm', epsilon: 1e-5, movingAverageDecay: 0.9 } as const;

/** The output of a layer, as the next one reads it. */
export interface Activation {
  /** The layer that makes it. */
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

interface Window {
  readonly stride: number;
  readonly padding: number;
}

/** A convolution's window: a square kernel. */
export interface Kernel extends Window {
  readonly kernel: number;
}

/** A plan under construction; `layers` is in an order in which inputs come first. */
export class PlanBuilder {
  readonly layers: PlannedLayer[] = [];

  input(shape: readonly [height: number, width: number, channels: number]): Activation {
    const [height, width, channels] = shape;
    return this.appendMaps('input', { kind: 'input' }, [], { height, width, channels });
  }

  /** A convolution with symmetric zero padding; without bias, unless it is said where the bias begins. */
  convolution(name: string, from: Activation, window: Kernel, channels: number, bias?: number): Activation {
    const { kernel, stride, padding } = window;
    const size = this.slide(name, from, kernel, { stride, padding });
    const tensors = [tensor(name, 'weights', [kernel, kernel, from.channels, channels])];
    if (bias !== undefined) tensors.push({ ...tensor(name, 'bias', [channels]), initialValue: bias });
    const multiplyAdds = size.height * size.width * kernel * kernel * from.channels * channels;
    const operation = { kind: 'convolution', kernel, stride, padding } as const;
    return this.appendMaps(name, operation, [from], { ...size, channels }, tensors, multiplyAdds);
  }

  batchNorm(name: string, from: Activation): Activation {
    const tensors = (['gamma', 'beta', 'movingMean', 'movingVariance'] as const).map((role) =>
      tensor(name, role, [from.channels]),
    );
    return this.appendMaps(name, BATCH_NORM, [from], from, tensors);
  }

  relu(name: string, from: Activation): Activation {
    return this.appendMaps(name, { kind: 'relu' }, [from], from);
  }

  /** Adds nothing when the rate is 0. */
  dropout(name: string, from: Activation, rate: number): Activation {
    return rate > 0 ? this.appendMaps(name, { kind: 'dropout', rate }, [from], from) : from;
  }

  /** Joins maps of one size along the channel axis, in the given order. */
  concat(name: string, from: readonly [Activation, Activation]): Activation {
    const channels = from[0].channels + from[1].channels;
    return this.appendMaps(name, { kind: 'concat' }, from, { ...from[0], channels });
  }

  sigmoid(name: string, from: Activation): Activation {
    return this.appendMaps(name, { kind: 'sigmoid' }, [from], from);
  }

  /** Sum of two activations of one shape. */
  add(name: string, from: readonly [Activation, Activation]): Activation {
    return this.appendMaps(name, { kind: 'add' }, from, from[0]);
  }

  /** Every `stride`-th pixel, with zero channels appended up to `channels`. */
  shortcut(name: string, from: Activation, stride: number, channels: number): Activation {
    const size = this.slide(name, from, 1, { stride, padding: 0 });
    return this.appendMaps(name, { kind: 'shortcut', stride }, [from], { ...size, channels });
  }

  /** made · gate + carried · (1 - gate), all of one shape. */
  highway(name: string, made: Activation, gate: Activation, carried: Activation): Activation {
    return this.appendMaps(name, { kind: 'highway' }, [made, gate, carried], made);
  }

  /** Adds nothing when the unit always survives. */
  stochasticDepth(name: string, from: Activation, survival: number): Activation {
    return survival < 1 ? this.appendMaps(name, { kind: 'stochasticDepth', survival }, [from], from) : from;
  }

  averagePool(name: string, from: Activation, window: { size: number; stride: number }): Activation {
    const size = this.slide(name, from, window.size, { stride: window.stride, padding: 0 });
    return this.appendMaps(name, { kind: 'averagePool', ...window }, [from], { ...size, channels: from.channels });
  }

  maxPool(name: string, from: Activation, window: Window & { size: number }): Activation {
    const size = this.slide(name, from, window.size, window);
    return this.appendMaps(name, { kind: 'maxPool', ...window }, [from], { ...size, channels: from.channels });
  }

  /** Mean over height and width: [channels]. */
  globalAveragePool(name: string, from: Activation): Activation {
    this.append(name, { kind: 'globalAveragePool' }, [from], [from.channels], [], 0);
    return { name, height: 1, width: 1, channels: from.channels };
  }

  /** Weights and bias: [features]. */
  linear(name: string, from: Activation, features: number): void {
    const tensors = [tensor(name, 'weights', [from.channels, features]), tensor(name, 'bias', [features])];
    this.append(name, { kind: 'linear' }, [from], [features], tensors, from.channels * features);
  }

  /** Size after a sliding window; a rest smaller than a stride is left out, as torch does. */
  private slide(
    name: string,
    from: Activation,
    size: number,
    { stride, padding }: Window,
  ): { height: number; width: number } {
    const along = (edge: number): number => Math.floor((edge + 2 * padding - size) / stride) + 1;
    const height = along(from.height);
    const width = along(from.width);
    if (height >= 1 && width >= 1) return { height, width };
    throw modelInvalid(
      `The input is too small: at ${name} only ${String(from.height)}x${String(from.width)} pixels are left, and it needs ` +
        `${String(size)}x${String(size)}.`,
      'Use larger images, or a model with fewer blocks.',
    );
  }

  private appendMaps(
    name: string,
    operation: LayerOperation,
    from: readonly Activation[],
    size: Omit<Activation, 'name'>,
    tensors: readonly PlannedTensor[] = [],
    multiplyAdds = 0,
  ): Activation {
    const { height, width, channels } = size;
    this.append(name, operation, from, [height, width, channels], tensors, multiplyAdds);
    return { name, height, width, channels };
  }

  private append(
    name: string,
    operation: LayerOperation,
    from: readonly Activation[],
    outputShape: ActivationShape,
    tensors: readonly PlannedTensor[],
    multiplyAdds: number,
  ): void {
    const trainable = tensors.filter((each) => each.trainable);
    const parameters = trainable.reduce((sum, each) => sum + sizeOf(each.shape), 0);
    const inputs = from.map((activation) => activation.name);
    this.layers.push({ name, operation, inputs, outputShape, tensors, parameters, multiplyAdds });
  }
}

/** Elements of a shape. */
function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function tensor(layer: string, role: PlannedTensor['role'], shape: readonly number[]): PlannedTensor {
  const trainable = role !== 'movingMean' && role !== 'movingVariance';
  return { name: `${layer}/${role}`, role, shape, trainable };
}
