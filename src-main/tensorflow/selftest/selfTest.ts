/**
 * The promise that a graph trains on right numbers: every kernel and shape that it uses is compared with a plain float64
 * reference, once per machine, runtime and network. Some kernels are wrong on some processors: under oneDNN with AVX512 the
 * gradient of a 1x1 convolution's input is off by more than half for 36 channels.
 */

import { createHash } from 'node:crypto';

import { DenseLabError } from '../../contract/errors.ts';
import type { Graph } from '../../graph/node.ts';
import { cacheDirectory, locateTensorFlow } from '../locate.ts';
import { kernelCases } from './cases.ts';
import { checkKernels } from './check.ts';
import { machineKey } from './machine.ts';
import { readResult, writeResult } from './results.ts';
import type { SelfTestResult } from './results.ts';

/** Remedy for wrong kernels: TensorFlow's own ones in place of oneDNN's. */
const REMEDY = 'Start DenseLab with TF_ENABLE_ONEDNN_OPTS=0 in the environment: training is slower then, but right.';

/**
 * Checks the kernels of a graph, or reads the result of an earlier check from the cache folder. Loads TensorFlow and takes a
 * few seconds the first time.
 * @param device where the kernels run, as `GPU:0`
 * @param fresh whether to check again what was checked before
 * @throws DenseLabError `runtime-missing`, `runtime-broken` or `device-missing`.
 */
export function selfTest(
  graph: Graph,
  cache: string = cacheDirectory(),
  device: string = 'CPU:0',
  fresh = false,
): SelfTestResult {
  const cases = kernelCases(graph);
  const machine = machineKey(locateTensorFlow(cache));
  const kernels = hash(
    cases
      .map(({ key }) => key)
      .sort()
      .join('\n') + (device === 'CPU:0' ? '' : device),
  );
  const earlier = fresh ? null : readResult(cache, machine, kernels);
  if (earlier !== null) return earlier;
  const started = performance.now();
  const failures = checkKernels(cases, device);
  const seconds = (performance.now() - started) / 1000;
  const result = { kernels: cases.length, failures, seconds, checkedAt: new Date().toISOString(), build: null };
  writeResult(cache, machine, kernels, result);
  return result;
}

/**
 * As `selfTest`, but refuses a graph with a wrong kernel.
 * @throws DenseLabError `kernel-wrong` naming the worst one, and as `selfTest`.
 */
export function requireSoundKernels(
  graph: Graph,
  cache: string = cacheDirectory(),
  device: string = 'CPU:0',
): SelfTestResult {
  const result = selfTest(graph, cache, device);
  const [worst] = [...result.failures].sort((a, b) => b.error - a.error);
  if (worst === undefined) return result;
  throw new DenseLabError(
    'kernel-wrong',
    `TensorFlow computes ${worst.kernel} wrong on this processor, off by ${percent(worst.error)}.`,
    REMEDY,
    result.failures.map(({ kernel, error }) => `${kernel}: ${percent(error)}`).join('\n'),
  );
}

function percent(share: number): string {
  return `${String(Number((share * 100).toPrecision(2)))}%`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
