/** How much memory a training needs: an estimate from the plan, calibrated against measured peaks (docs/figures/memory.md). */

import { DenseLabError } from '../contract/errors.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';

/** What decides how much memory a step needs. */
export type MemoryRecipe = Pick<TrainingRecipe, 'batchSize' | 'accumulation' | 'recomputation'>;

/** Bytes, by what holds them. */
export interface MemoryEstimate {
  /** TensorFlow and Node themselves. */
  readonly runtime: number;
  /** Weights, optimizer state, gradients, and the copies that a checkpoint makes. */
  readonly state: number;
  /** Activations and their gradients of the images of one pass. */
  readonly activations: number;
  readonly total: number;
  /** Images of one pass: the batch, or a part of it with accumulation. */
  readonly images: number;
  readonly recomputed: boolean;
}

/** Measured: TensorFlow and Node, and what TensorFlow keeps of a graph for each layer with weights. */
const RUNTIME_BYTES = 440e6;
const BYTES_PER_DEPTH = 2.2e6;
/** Measured, in copies of all parameters: weights, optimizer state, gradients, and what goes in and out of the session. */
const STATE_COPIES = 10;
/** Measured: shares of what is repeatable that are held when it is kept, and copies of the largest maps on their way. */
const KEPT_SHARE = 0.93;
const LARGEST_COPIES = 5.6;
const FLOAT_BYTES = 4;
/** Networks of this many layers with weights are recomputed when the recipe leaves it open, as the compiler does. */
const RECOMPUTED_DEPTH = 70;
/** A need beyond this many times what the machine has is more than the estimate can be wrong by. */
const IMPOSSIBLE = 1.25;

/** Estimates the peak of a training on the processor. Measured peaks were at most 6% from it (docs/figures/memory.md). */
export function estimateMemory(plan: LayerPlan, recipe: MemoryRecipe): MemoryEstimate {
  const depth = depthOf(plan);
  const recomputed = recipe.recomputation ?? depth >= RECOMPUTED_DEPTH;
  const images = Math.ceil(recipe.batchSize / recipe.accumulation);
  const runtime = RUNTIME_BYTES + depth * BYTES_PER_DEPTH;
  const state = plan.parameters * FLOAT_BYTES * STATE_COPIES;
  const activations = images * bytesPerImage(plan, recomputed);
  return { runtime, state, activations, total: runtime + state + activations, images, recomputed };
}

/** The most images of one pass that fit into `available` bytes, by the estimate; 0 when not even one does. */
export function largestPass(plan: LayerPlan, recipe: MemoryRecipe, available: number): number {
  const { runtime, state, recomputed } = estimateMemory(plan, recipe);
  return Math.max(0, Math.floor((available - runtime - state) / bytesPerImage(plan, recomputed)));
}

/** What a person can do about a training that needs more than `available` bytes: one sentence. */
export function memoryAdvice(plan: LayerPlan, recipe: MemoryRecipe, available: number): string {
  const { recomputed } = estimateMemory(plan, recipe);
  const fits = largestPass(plan, recipe, available);
  const repeated = largestPass(plan, { ...recipe, recomputation: true }, available);
  const offers = [
    ...(fits > 1 ? [`a batch of at most ${String(fits)} images`] : []),
    ...(recomputed || repeated < 2 ? [] : [`recomputation, with which about ${String(repeated)} images fit`]),
    ...(Math.max(fits, repeated) > 1 ? ['accumulation, which computes a batch in parts'] : []),
  ];
  if (offers.length === 0) return 'Choose a smaller network or smaller images, or close other programs.';
  const last = offers.pop() ?? '';
  const listed = offers.length === 0 ? last : `${offers.join(', ')}, or ${last}`;
  return `Choose ${listed}; by estimate, ${gigabytes(available)} are free.`;
}

/**
 * Refuses a training that this machine cannot hold, whatever else is closed.
 * @param machine bytes of all memory that the process may have, and of what is free now
 * @returns a warning when it may not fit into what is free; null when it should
 * @throws DenseLabError `out-of-memory` naming both numbers and what fits
 */
export function checkMemory(
  plan: LayerPlan,
  recipe: MemoryRecipe,
  machine: { readonly total: number; readonly available: number },
): string | null {
  const { total } = estimateMemory(plan, recipe);
  const need = `This training needs about ${gigabytes(total)} of memory by estimate`;
  if (total > IMPOSSIBLE * machine.total) {
    throw new DenseLabError(
      'out-of-memory',
      `${need}, and there are only ${gigabytes(machine.total)} in all.`,
      memoryAdvice(plan, recipe, machine.available),
    );
  }
  if (total <= machine.available) return null;
  return `${need}, and only ${gigabytes(machine.available)} are free. ${memoryAdvice(plan, recipe, machine.available)}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Elements that a backward pass finds again of one image, and the largest that it makes on its way. */
export function activationElements(plan: LayerPlan): {
  readonly convolved: number;
  readonly repeatable: number;
  readonly largest: number;
} {
  let [convolved, repeatable, largest] = [0, 0, 0];
  for (const layer of plan.layers) {
    const elements = layer.outputShape.reduce((product, size) => product * size, 1);
    largest = Math.max(largest, elements);
    if (isRepeatable(layer)) repeatable += elements;
    else if (layer.operation.kind !== 'relu') convolved += elements;
  }
  return { convolved, repeatable, largest };
}

/** What recomputation makes again; a ReLU writes where its BatchNorm did. */
function isRepeatable({ operation }: PlannedLayer): boolean {
  return operation.kind === 'batchNorm' || operation.kind === 'concat';
}

function bytesPerImage(plan: LayerPlan, recomputed: boolean): number {
  const { convolved, repeatable, largest } = activationElements(plan);
  return FLOAT_BYTES * (convolved + (recomputed ? 0 : KEPT_SHARE * repeatable) + LARGEST_COPIES * largest);
}

function depthOf({ layers }: LayerPlan): number {
  return layers.filter(({ operation }) => operation.kind === 'convolution' || operation.kind === 'linear').length;
}
