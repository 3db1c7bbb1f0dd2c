/** What both contenders do: the same network, the same batch, the same settings. */

import type { DenseNetSpec, InputShape } from '../../src-main/contract/model.ts';

/** DenseNet-BC (L=40, k=12) of the paper. */
export const SPEC: DenseNetSpec = {
  version: 1,
  family: 'densenet',
  stem: 'cifar',
  blockLayers: [6, 6, 6],
  growthRate: 12,
  bottleneck: true,
  compression: 0.5,
  initialFeatures: 24,
  dropoutRate: 0,
};

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
  readonly tensorflow: string;
}

/** Times one warm-up and `steps` steps; `step` returns its loss. */
export async function measure(steps: number, tensorflow: string, step: () => Promise<number>): Promise<Measurement> {
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
    tensorflow,
  };
}
