/** Adds layers to a plan one by one, with shapes, tensors and counts. */

import type { ActivationShape, DenseNetSpec, LayerOperation, PlannedLayer, PlannedTensor } from '../contract/model.ts';
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

/** A plan under construction; `layers` is in an order in which inputs come first. */
export class PlanBuilder {
  readonly layers: PlannedLayer[] = [];

  constructor(private readonly spec: DenseNetSpec) {}

  input(shape: readonly [height: number, width: number, channels: number]): Activation {
    const [height, width, channels] = shape;
    return this.addMaps('input', { kind: 'input' }, [], { height, width, channels });
  }

  /** A convolution without bias, with symmetric zero padding. */
  convolution(name: string, from: Activation, window: Window & { kernel: number }, channels: number): Activation {
    const { kernel, stride, padding } = window;
    const size = this.slide(name, from, kernel, { stride, padding });
    const weights = tensor(name, 'weights', [kernel, kernel, from.channels, channels]);
    const multiplyAdds = size.height * size.width * kernel * kernel * from.channels * channels;
    const operation = { kind: 'convolution', kernel, stride, padding } as const;
    return this.addMaps(name, operation, [from], { ...size, channels }, [weights], multiplyAdds);
  }

  batchNorm(name: string, from: Activation): Activation {
    const tensors = (['gamma', 'beta', 'movingMean', 'movingVariance'] as const).map((role) =>
      tensor(name, role, [from.channels]),
    );
    return this.addMaps(name, BATCH_NORM, [from], from, tensors);
  }

  relu(name: string, from: Activation): Activation {
    return this.addMaps(name, { kind: 'relu' }, [from], from);
  }

  /** Adds nothing when the network has no dropout. */
  dropout(name: string, from: Activation): Activation {
    const rate = this.spec.dropoutRate;
    return rate > 0 ? this.addMaps(name, { kind: 'dropout', rate }, [from], from) : from;
  }

  /** Joins maps of one size along the channel axis, in the given order. */
  concat(name: string, from: readonly [Activation, Activation]): Activation {
    const channels = from[0].channels + from[1].channels;
    return this.addMaps(name, { kind: 'concat' }, from, { ...from[0], channels });
  }

  averagePool(name: string, from: Activation, window: { size: number; stride: number }): Activation {
    const size = this.slide(name, from, window.size, { stride: window.stride, padding: 0 });
    return this.addMaps(name, { kind: 'averagePool', ...window }, [from], { ...size, channels: from.channels });
  }

  maxPool(name: string, from: Activation, window: Window & { size: number }): Activation {
    const size = this.slide(name, from, window.size, window);
    return this.addMaps(name, { kind: 'maxPool', ...window }, [from], { ...size, channels: from.channels });
  }

  /** Mean over height and width: [channels]. */
  globalAveragePool(name: string, from: Activation): Activation {
    this.add(name, { kind: 'globalAveragePool' }, [from], [from.channels], [], 0);
    return { name, height: 1, width: 1, channels: from.channels };
  }

  /** Weights and bias: [features]. */
  linear(name: string, from: Activation, features: number): void {
    const tensors = [tensor(name, 'weights', [from.channels, features]), tensor(name, 'bias', [features])];
    this.add(name, { kind: 'linear' }, [from], [features], tensors, from.channels * features);
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

  private addMaps(
    name: string,
    operation: LayerOperation,
    from: readonly Activation[],
    size: Omit<Activation, 'name'>,
    tensors: readonly PlannedTensor[] = [],
    multiplyAdds = 0,
  ): Activation {
    const { height, width, channels } = size;
    this.add(name, operation, from, [height, width, channels], tensors, multiplyAdds);
    return { name, height, width, channels };
  }

  private add(
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
