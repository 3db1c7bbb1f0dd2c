/** What all contenders do: the same networks, the same batch, the same settings; `peers/workload.py` repeats it. */

import type { DenseNetSpec, InputShape, LayerPlan } from '../../src-main/contract/model.ts';

/** Networks of the bench, DenseNet-BC with k = 12. */
export type NetworkName = 'bc40' | 'bc100';

/** Layers of each of the three blocks. */
const BLOCK_LAYERS: Readonly<Record<NetworkName, number>> = { bc40: 6, bc100: 16 };

/** DenseNet-BC (L=40, k=12) or (L=100, k=12) of the paper. */
export function specOf(network: NetworkName): DenseNetSpec {
  const layers = BLOCK_LAYERS[network];
  return {
    version: 1,
    family: 'densenet',
    stem: 'cifar',
    blockLayers: [layers, layers, layers],
    growthRate: 12,
    bottleneck: true,
    compression: 0.5,
    initialFeatures: 24,
    dropoutRate: 0,
  };
}

export const INPUT: InputShape = { height: 32, width: 32, channels: 3 };
export const CLASSES = 10;
export const BATCH = 64;
export const LEARNING_RATE = 0.1;
export const MOMENTUM = 0.9;
/** Of every trained tensor, as the paper has it. */
export const WEIGHT_DECAY = 1e-4;

/** Normalisation of random bytes. */
export const MEAN = 127.5;
export const DEVIATION = 74;

/** One batch of noise, the same for all: pixels uint8 NHWC and labels. */
export function fixedBatch(): { readonly pixels: Uint8Array; readonly labels: Int32Array } {
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8;
  return {
    pixels: Uint8Array.from({ length: BATCH * INPUT.height * INPUT.width * INPUT.channels }, () => next() & 0xff),
    labels: Int32Array.from({ length: BATCH }, () => next() % CLASSES),
  };
}

/**
 * Floating-point operations of one training step of `batch` images, convolutions and the classifier only: each multiply-add
 * is two, and is done once forward and twice backward, but for the stem, whose input needs no gradient. A 1x1 convolution
 * before a pool is counted as if it came after it, where it has the least work.
 */
export function stepOperations(plan: LayerPlan, batch: number): number {
  const pools = new Map(
    plan.layers.flatMap(({ inputs, operation }) =>
      operation.kind === 'averagePool' ? inputs.map((input) => [input, operation.size ** 2] as const) : [],
    ),
  );
  const perImage = plan.layers.reduce((sum, { name, inputs, multiplyAdds }) => {
    const passes = inputs.some((input) => input === 'input') ? 2 : 3;
    return sum + (2 * passes * multiplyAdds) / (pools.get(name) ?? 1);
  }, 0);
  return batch * perImage;
}

/** What a contender is told, as JSON in its first argument. */
export interface Task {
  readonly network: NetworkName;
  readonly task: 'train' | 'evaluate';
  readonly steps: number;
}

/** What one contender tells after its steps. */
export interface Measurement {
  /** Wall time of each step after the warm-up, milliseconds. */
  readonly milliseconds: readonly number[];
  /** Processor time of each step, all threads, milliseconds. */
  readonly processorMilliseconds: readonly number[];
  /** The first step, which prepares kernels. */
  readonly firstMilliseconds: number;
  /** The most memory that the process ever held, bytes. */
  readonly peakBytes: number;
  /** Loss of every step, the first included. */
  readonly losses: readonly number[];
  /** Name and version of what computes. */
  readonly version: string;
}

/** Times two warm-ups and `steps` steps; `step` returns its loss. */
export async function measure(steps: number, version: string, step: () => Promise<number>): Promise<Measurement> {
  const losses: number[] = [];
  const timed = async (): Promise<{ wall: number; processor: number }> => {
    const [start, used] = [performance.now(), process.cpuUsage()];
    losses.push(await step());
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - start, processor: (user + system) / 1000 };
  };
  const first = await timed();
  // The second call still grows TensorFlow's pools.
  await timed();
  const times: { wall: number; processor: number }[] = [];
  for (let index = 0; index < steps; index += 1) times.push(await timed());
  return {
    milliseconds: times.map(({ wall }) => wall),
    processorMilliseconds: times.map(({ processor }) => processor),
    firstMilliseconds: first.wall,
    // Kilobytes, as getrusage(2) tells them on Linux.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    losses,
    version,
  };
}
