/** Which kernels train a network: the native ones for dense blocks where they fit and are proven right, else TensorFlow's own. */

import { createHash } from 'node:crypto';
import { DenseLabError } from '../contract/errors.ts';
import type { LayerPlan } from '../contract/model.ts';
import { NO_AUGMENTATION } from '../contract/recipe.ts';
import type { Kernels } from '../contract/run.ts';
import { createRandom } from '../datasets/random.ts';
import { compileModel } from '../graph/compile.ts';
import { blockSegments } from '../graph/lower/blocks.ts';
import type { GraphVariable } from '../graph/node.ts';
import { loadBlockKernels } from '../tensorflow/blockKernels.ts';
import { locateTensorFlow, readManifest } from '../tensorflow/locate.ts';
import { machineKey } from '../tensorflow/selftest/machine.ts';
import { readResult, writeResult, type SelfTestResult } from '../tensorflow/selftest/results.ts';
import { openSession } from '../tensorflow/session.ts';
import { float32Data, float32Tensor, int32Tensor, uint8Tensor } from '../tensorflow/tensor.ts';
import { initialState } from './initialise.ts';
import type { StoredTensor } from './safetensors.ts';
import { writeState } from './state.ts';

/** Images that prove the kernels: their number changes only how many of them are worked on at once. */
const IMAGES = 4;
/**
 * Beta of every other channel in the proof, in standard deviations, and of those between with the other sign: few values then
 * lie so near to zero that rounding opens or closes a ReLU, which changes the gradients much, in a right kernel as in a wrong one.
 */
const MARGIN = 3;
/** Largest difference of a gradient, as a share of its largest value. Right kernels are within a tenth of this. */
const TOLERANCE = 2e-3;

/** What is asked for; `auto` takes the native kernels where they can be had. */
export type KernelsWish = Kernels | 'auto';

/** The wish of the environment variable `DENSELAB_KERNELS`, for comparing and for taking the blame off them; `auto` without it. */
export function kernelsWish(environment: NodeJS.ProcessEnv = process.env): KernelsWish {
  const wish = environment['DENSELAB_KERNELS'];
  return wish === 'stock' || wish === 'block' ? wish : 'auto';
}

/**
 * Chooses the kernels for a network, after loading and proving them.
 * @param onDevice where the network will run; native kernels exist for the CPU only
 * @throws DenseLabError `kernels-unavailable` or `kernel-wrong` when `block` is asked for and cannot be had.
 */
export function chooseKernels(plan: LayerPlan, wish: KernelsWish, cache: string, onDevice: 'CPU' | 'other'): Kernels {
  if (wish === 'stock') return 'stock';
  const problem = problemOf(plan, cache, onDevice);
  if (problem === null) return 'block';
  if (wish === 'block') throw problem;
  return 'stock';
}

function problemOf(plan: LayerPlan, cache: string, onDevice: 'CPU' | 'other'): DenseLabError | null {
  if (blockSegments(plan).length === 0) return unavailable('the network has no dense blocks without dropout');
  if (onDevice !== 'CPU') return unavailable('they run on the CPU only');
  const status = loadBlockKernels(cache);
  if (!status.available) return unavailable(status.problem);
  const [worst] = [...proveBlocks(plan, cache).failures].sort((a, b) => b.error - a.error);
  if (worst === undefined) return null;
  return new DenseLabError(
    'kernel-wrong',
    `DenseLab's block kernels compute ${worst.kernel} wrong on this processor.`,
    'Train with DENSELAB_KERNELS=stock in the environment, and report it.',
    `Off by ${worst.error.toPrecision(2)} of the largest value.`,
  );
}

function unavailable(reason: string): DenseLabError {
  return new DenseLabError(
    'kernels-unavailable',
    `DenseLab's block kernels cannot be used: ${reason}.`,
    'Train with the stock kernels: remove DENSELAB_KERNELS from the environment.',
  );
}

/**
 * Compares every gradient of the network by native kernels with that by TensorFlow's own, which are proven one by one, on a
 * few images; once per machine, runtime, network and version of the kernels.
 */
export function proveBlocks(plan: LayerPlan, cache: string): SelfTestResult {
  const machine = machineKey(locateTensorFlow(cache));
  const { spec, input, classes } = plan;
  const subject = JSON.stringify([spec, input, classes, MARGIN, readManifest(cache).kernels?.path ?? '']);
  const key = createHash('sha256').update(subject).digest('hex').slice(0, 32);
  const earlier = readResult(cache, machine, key);
  if (earlier !== null) return earlier;
  const started = performance.now();
  const [stock, block] = (['stock', 'block'] as const).map((kernels) => gradientsBy(plan, kernels));
  const failures = [...(stock ?? new Map<string, Float32Array>())].flatMap(([name, expected]) => {
    const error = relativeError(block?.get(name) ?? new Float32Array(), expected);
    return error <= TOLERANCE ? [] : [{ kernel: `the gradient of ${name}`, error }];
  });
  const seconds = (performance.now() - started) / 1000;
  const result = { kernels: blockSegments(plan).length, failures, seconds, checkedAt: new Date().toISOString() };
  writeResult(cache, machine, key, result);
  return result;
}

function gradientsBy(plan: LayerPlan, kernels: Kernels): ReadonlyMap<string, Float32Array> {
  const { height, width, channels } = plan.input;
  const compiled = compileModel(plan, {
    mean: new Array<number>(channels).fill(128),
    standardDeviation: new Array<number>(channels).fill(74),
    augmentation: NO_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: 0, nesterov: false },
    weightDecay: 0,
    kernels,
  });
  const session = openSession(compiled.graph);
  try {
    writeState({ compiled, session }, provingState(plan, compiled.variables));
    const random = createRandom(1);
    const { feeds } = compiled.train;
    const pixels = Uint8Array.from({ length: IMAGES * height * width * channels }, () => 256 * random.uniform());
    const labels = Int32Array.from({ length: IMAGES }, (_, index) => index % plan.classes);
    const values = session.run(
      {
        [feeds.images]: uint8Tensor([IMAGES, height, width, channels], pixels),
        [feeds.labels]: int32Tensor([IMAGES], labels),
        [feeds.learningRate]: float32Tensor([], [0]),
        [feeds.seed]: int32Tensor([2], [1, 1]),
      },
      Object.values(compiled.gradients),
    );
    return new Map(Object.keys(compiled.gradients).map((name, index) => [name, float32Data(values[index])]));
  } finally {
    session.close();
  }
}

function provingState(plan: LayerPlan, variables: readonly GraphVariable[]): StoredTensor[] {
  return initialState(plan, variables, 1).map((tensor) =>
    tensor.name.endsWith('/beta')
      ? { ...tensor, data: tensor.data.map((_, channel) => (channel % 2 === 0 ? MARGIN : -MARGIN)) }
      : tensor,
  );
}

/** max|a - b| / max|b|; infinite for NaN. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  let [apart, largest] = [0, 0];
  expected.forEach((value, index) => {
    const distance = Math.abs((found[index] ?? NaN) - value);
    apart = distance <= apart ? apart : distance;
    largest = Math.max(largest, Math.abs(value));
  });
  const error = largest === 0 ? apart : apart / largest;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
