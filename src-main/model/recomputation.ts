/** Which trainings compute what is cheap to repeat again in their backward pass, in place of keeping it. */

import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import type { Kernels, Precision } from '../contract/run.ts';

/** A way to compute. */
export interface Way {
  readonly kernels: Kernels;
  readonly precision: Precision;
}

/** Networks of this many layers with weights do when nothing else is asked for. */
const RECOMPUTED_DEPTH = 70;

/** Whether a training recomputes. @param wish of the recipe: by depth when null */
export function recomputes(plan: LayerPlan, wish: boolean | null): boolean {
  return wish ?? weightedLayers(plan) >= RECOMPUTED_DEPTH;
}

/** Whether a way to compute keeps maps that recomputation could spare: native kernels never do in float32. */
export function keepsMaps({ kernels, precision }: Way): boolean {
  return kernels === 'stock' || precision === 'bfloat16';
}

/** Layers with weights: the L of the paper, and the convolutions of shortcuts. */
export function weightedLayers({ layers }: LayerPlan): number {
  return layers.filter(({ operation }) => operation.kind === 'convolution' || operation.kind === 'linear').length;
}

/** What recomputation makes again; a ReLU writes where its BatchNorm did. */
export function isRepeatable({ operation }: PlannedLayer): boolean {
  return operation.kind === 'batchNorm' || operation.kind === 'concat';
}
