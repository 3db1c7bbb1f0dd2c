/** Which kernels train a network: the native ones for dense blocks where they fit and are proven right, else TensorFlow's own. */

import { createHash } from 'node:crypto';
import { DenseLabError } from '../contract/errors.ts';
import type { LayerPlan } from '../contract/model.ts';
import { NO_AUGMENTATION } from '../contract/recipe.ts';
import type { Kernels, Precision } from '../contract/run.ts';
import { createRandom } from '../datasets/random.ts';
import { compileModel, type CompileSettings } from '../graph/compile.ts';
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
/** Version of the proof: what an older one has found does not count. */
const PROOF = 2;
/**
 * How far a tensor's gradient may be from that by TensorFlow's own kernels in float32. In float32 it is the largest
 * difference as a share of the largest value; right kernels are within a tenth of this. In bfloat16 rounding hides single
 * values, and it is the length of the difference as a share of the gradient's: TensorFlow's own kernels come to 0.26, ours to
 * 0.31 (DenseNet-40, BC-40, BC-100 and 121), and a gradient of zeros to 1.
 */
const TOLERANCE: Readonly<Record<Precision, number>> = { float32: 2e-3, bfloat16: 0.5 };

/** What is asked for; `auto` takes the native kernels where they can be had. */
export type KernelsWish = Kernels | 'auto';

/** The wish of the environment variable `DENSELAB_KERNELS`, for comparing and for taking the blame off them; `auto` without it. */
export function kernelsWish(environment: NodeJS.ProcessEnv = process.env): KernelsWish {
  const wish = environment['DENSELAB_KERNELS'];
  return wish === 'stock' || wish === 'block' ? wish : 'auto';
}

/** What decides the kernels of a network. */
export interface KernelsQuestion {
  readonly wish: KernelsWish;
  readonly precision: Precision;
  /** Where the network will run; native kernels exist for the CPU only. */
  readonly onDevice: 'CPU' | 'other';
}

/**
 * Chooses the kernels for a network, after loading and proving them.
 * @throws DenseLabError `kernels-unavailable` or `kernel-wrong` when `block` is asked for and cannot be had.
 */
export function chooseKernels(plan: LayerPlan, question: KernelsQuestion, cache: string): Kernels {
  const { wish } = question;
  if (wish === 'stock') return 'stock';
  const problem = problemOf(plan, question, cache);
  if (problem === null) return 'block';
  if (wish === 'block') throw problem;
  return 'stock';
}

/** Whether a network has dense blocks that native kernels compute. */
export function hasBlocks(plan: LayerPlan): boolean {
  return blockSegments(plan).length > 0;
}

function problemOf(plan: LayerPlan, { precision, onDevice }: KernelsQuestion, cache: string): DenseLabError | null {
  if (!hasBlocks(plan)) return unavailable('the network has no dense blocks without dropout');
  if (onDevice !== 'CPU') return unavailable('they run on the CPU only');
  const status = loadBlockKernels(cache);
  if (!status.available) return unavailable(status.problem);
  if (precision === 'bfloat16' && !status.bfloat16) return unavailable('this processor lacks AVX512_BF16');
  const [worst] = [...proveBlocks(plan, precision, cache).failures].sort((a, b) => b.error - a.error);
  if (worst === undefined) return null;
  return new DenseLabError(
    'kernel-wrong',
    `DenseLab's block kernels compute ${worst.kernel} wrong on this processor.`,
    'Train with DENSELAB_KERNELS=stock in the environment, and report it.',
    `Off by ${worst.error.toPrecision(2)} where ${String(TOLERANCE[precision])} is allowed.`,
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
 * Compares every gradient of the network by native kernels with that by TensorFlow's own in float32, which are proven one by
 * one, on a few images; once per machine, runtime, network, precision and version of the kernels.
 */
export function proveBlocks(plan: LayerPlan, precision: Precision, cache: string): SelfTestResult {
  const machine = machineKey(locateTensorFlow(cache));
  const { spec, input, classes } = plan;
  const build = readManifest(cache).kernels?.path ?? '';
  const subject = JSON.stringify([spec, input, classes, precision, PROOF, build]);
  const key = createHash('sha256').update(subject).digest('hex').slice(0, 32);
  const earlier = readResult(cache, machine, key);
  if (earlier !== null) return earlier;
  const started = performance.now();
  const errors = blockErrors(plan, { kernels: 'block', precision });
  const failures = [...errors].flatMap(([name, error]) =>
    error <= TOLERANCE[precision] ? [] : [{ kernel: `the gradient of ${name}`, error }],
  );
  const seconds = (performance.now() - started) / 1000;
  const result = { kernels: blockSegments(plan).length, failures, seconds, checkedAt: new Date().toISOString(), build };
  writeResult(cache, machine, key, result);
  return result;
}

/** Kernels and a precision. */
type Computing = Required<Pick<CompileSettings, 'kernels' | 'precision'>>;

/**
 * How far gradients are, computed in this way, from those by stock kernels in float32. Those of beta are nearly zero where the
 * next BatchNorm takes away what beta adds: they are judged by the size of those of gamma, and in bfloat16 left out.
 */
function blockErrors(plan: LayerPlan, computing: Computing): ReadonlyMap<string, number> {
  const exact = computing.precision === 'float32';
  const found = gradientsBy(plan, computing);
  const expected = gradientsBy(plan, { kernels: 'stock', precision: 'float32' });
  const compared = [...expected].filter(([name]) => exact || !name.endsWith('/beta'));
  return new Map(
    compared.map(([name, values]) => {
      const ours = found.get(name) ?? new Float32Array();
      if (!exact) return [name, lengthError(ours, values)];
      const beside = expected.get(name.replace(/\/beta$/, '/gamma')) ?? values;
      return [name, largestError(ours, values, largestOf(beside))];
    }),
  );
}

function gradientsBy(plan: LayerPlan, computing: Computing): ReadonlyMap<string, Float32Array> {
  const { height, width, channels } = plan.input;
  const compiled = compileModel(plan, {
    mean: new Array<number>(channels).fill(128),
    standardDeviation: new Array<number>(channels).fill(74),
    augmentation: NO_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: 0, nesterov: false },
    weightDecay: 0,
    ...computing,
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

/** max|a - b| / `largest`; infinite for NaN. */
function largestError(found: Float32Array, expected: Float32Array, largest: number): number {
  let apart = 0;
  expected.forEach((value, index) => {
    const distance = Math.abs((found[index] ?? NaN) - value);
    apart = distance <= apart ? apart : distance;
  });
  const error = largest === 0 ? apart : apart / largest;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

function largestOf(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** |a - b| / |b| as vectors; infinite for NaN. */
function lengthError(found: Float32Array, expected: Float32Array): number {
  let [apart, length] = [0, 0];
  expected.forEach((value, index) => {
    apart += ((found[index] ?? NaN) - value) ** 2;
    length += value ** 2;
  });
  const error = length === 0 ? Math.sqrt(apart) : Math.sqrt(apart / length);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
