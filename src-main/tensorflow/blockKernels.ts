/** Loads DenseLab's native operations into TensorFlow; see `src-main/native`. */

import { loadBinding } from './binding.ts';
import { cacheDirectory, readManifest } from './locate.ts';

/** Whether native block kernels can be used in this process, and in bfloat16; `problem` says why not, in a few words. */
export type BlockKernelStatus =
  { readonly available: true; readonly bfloat16: boolean } | { readonly available: false; readonly problem: string };

const loaded = new Map<string, BlockKernelStatus>();

/**
 * Registers the operations with TensorFlow, once per process; a graph that uses them can be opened afterwards.
 * @param cache the folder that set-up wrote to
 */
export function loadBlockKernels(cache: string = cacheDirectory()): BlockKernelStatus {
  const { kernels } = readManifest(cache);
  if (kernels === null) return { available: false, problem: 'they were not compiled' };
  if (kernels.path === null) return { available: false, problem: kernels.problem ?? 'they were not compiled' };
  const known = loaded.get(kernels.path);
  if (known !== undefined) return known;
  const status = load(kernels.path);
  loaded.set(kernels.path, status);
  return status;
}

function load(path: string): BlockKernelStatus {
  // The operations enter the registry of the TensorFlow that this loads.
  loadBinding();
  const addon: { exports: { available?: unknown; bfloat16?: unknown } } = { exports: {} };
  try {
    process.dlopen(addon, path);
  } catch (error) {
    return { available: false, problem: `they do not load: ${String(error)}` };
  }
  return addon.exports.available === true
    ? { available: true, bfloat16: addon.exports.bfloat16 === true }
    : { available: false, problem: 'this processor lacks AVX-512' };
}
