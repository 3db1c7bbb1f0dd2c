/** The compiled binding of `@tensorflow/tfjs-node-gpu`, typed, and the one place that loads it. */

import { DenseLabError } from '../contract/errors.ts';
import { locateTensorFlow, repairAction } from './locate.ts';
import type { TensorFlowRuntime } from './locate.ts';

/** A tensor that TensorFlow holds; it lives until `deleteTensor(id)`. */
export interface TensorHandle {
  readonly id: number;
  readonly shape: readonly number[];
  /** A code of TensorFlow's `DataType`. */
  readonly dtype: number;
}

/**
 * The functions of the native addon that DenseLab calls. What its source shows and its documentation does not:
 * - names are joined by commas and each must carry its output index (`loss:0`): without one, the index is read from
 *   the name itself;
 * - `createTensor` shares the memory of an aligned typed array with TensorFlow (see `session.ts`);
 * - int64 goes in as an Int32Array of twice the length and comes out as a BigInt64Array; uint8 goes in but cannot be
 *   read back; bfloat16 does neither;
 * - error messages end after 500 bytes.
 */
export interface NativeBinding {
  readonly TF_Version: string;
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array | BigInt64Array;
  loadSavedModel(directory: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorHandle[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  isUsingGpuDevice(): boolean;
}

const loaded = new Map<string, NativeBinding>();

/**
 * Loads the binding, and with it TensorFlow: about a second and 500 MB the first time in a process. Threads and logging
 * follow the environment as it is then (`TF_NUM_INTRAOP_THREADS`, `TF_NUM_INTEROP_THREADS`, `TF_CPP_MIN_LOG_LEVEL`).
 * @throws DenseLabError `runtime-missing` when it was never set up, `runtime-broken` when it does not load.
 */
export function loadBinding(runtime: TensorFlowRuntime = locateTensorFlow()): NativeBinding {
  const known = loaded.get(runtime.binding);
  if (known !== undefined) return known;
  const addon = { exports: {} };
  try {
    process.dlopen(addon, runtime.binding);
  } catch (error) {
    throw broken(`TensorFlow ${runtime.version} does not load.`, String(error));
  }
  if (!isNativeBinding(addon.exports)) {
    throw broken(`The TensorFlow binding ${runtime.binding} lacks functions.`, Object.keys(addon.exports).join(', '));
  }
  loaded.set(runtime.binding, addon.exports);
  return addon.exports;
}

const FUNCTIONS = [
  'createTensor',
  'deleteTensor',
  'tensorDataSync',
  'loadSavedModel',
  'deleteSavedModel',
  'runSavedModel',
  'getNumOfTensors',
  'getNumOfSavedModels',
  'isUsingGpuDevice',
];

function isNativeBinding(addon: object): addon is NativeBinding {
  const typeOf = (name: string): string => typeof Reflect.get(addon, name);
  return typeOf('TF_Version') === 'string' && FUNCTIONS.every((name) => typeOf(name) === 'function');
}

function broken(message: string, detail: string): DenseLabError {
  return new DenseLabError('runtime-broken', message, repairAction(), detail);
}
