/** What a run will be computed in and with, as far as can be known before TensorFlow is loaded. */

import type { LayerPlan } from '../contract/model.ts';
import type { DeviceWish } from '../contract/run.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import { estimateMemory } from '../model/memory.ts';
import type { Way } from '../model/recomputation.ts';
import { gpuIndex } from '../tensorflow/devices/choose.ts';
import { readManifest } from '../tensorflow/locate.ts';
import { bfloat16Refusal, precisionEvidence } from '../tensorflow/precision.ts';
import { hasBlocks, kernelsWish } from '../trainer/blockKernels.ts';

/** What of this machine decides, looked at once for many runs. */
export interface ComputingEvidence {
  /** Whether native kernels were compiled and are not switched off. */
  readonly blockKernels: boolean;
  readonly bfloat16: boolean;
}

/** Looks at this machine. */
export function computingEvidence(cacheDirectory: string): ComputingEvidence {
  return {
    blockKernels: kernelsWish() !== 'stock' && hasCompiledKernels(cacheDirectory),
    bfloat16: bfloat16Refusal('CPU:0', precisionEvidence()) === null,
  };
}

/**
 * Every way in which a run may be computed; two where the recipe leaves the precision to a measurement. A GPU is taken to
 * compute as the recipe says, by TensorFlow's own kernels.
 */
export function possibleWays(
  plan: LayerPlan,
  { precision }: Pick<TrainingRecipe, 'precision'>,
  device: DeviceWish,
  evidence: ComputingEvidence,
): readonly [Way, ...Way[]] {
  const native = evidence.blockKernels && !isOnGpu(device) && hasBlocks(plan);
  const kernels = native ? 'block' : 'stock';
  const exact = { precision: 'float32', kernels } as const;
  const short = { precision: 'bfloat16', kernels } as const;
  if (precision === 'float32' || !evidence.bfloat16) return [exact];
  return precision === 'bfloat16' ? [short] : [exact, short];
}

/** Of the ways in which the processor may compute a run, the one that needs the most memory: precisions are tried one by one. */
export function neediestWay(plan: LayerPlan, recipe: TrainingRecipe, evidence: ComputingEvidence): Way {
  const need = (way: Way): number => estimateMemory(plan, recipe, way).total;
  return possibleWays(plan, recipe, 'cpu', evidence).reduce((most, way) => (need(way) > need(most) ? way : most));
}

/** Whether a wish names a GPU. */
export function isOnGpu(device: DeviceWish | undefined): boolean {
  return device !== undefined && gpuIndex(device) !== null;
}

function hasCompiledKernels(cacheDirectory: string): boolean {
  try {
    return (readManifest(cacheDirectory).kernels?.path ?? null) !== null;
  } catch {
    return false;
  }
}
