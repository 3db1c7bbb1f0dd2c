/** How much memory a training needs: an estimate from the plan, calibrated against measured peaks (docs/figures/memory.md). */

import { DenseLabError } from '../contract/errors.ts';
import type { LayerPlan } from '../contract/model.ts';
import type { TrainingRecipe } from '../contract/recipe.ts';
import { evaluationBatch } from './evaluationBatch.ts';
import { isRepeatable, keepsMaps, recomputes, weightedLayers, type Way } from './recomputation.ts';

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
  /** Of the batches of an evaluation, which TensorFlow holds beside. */
  readonly evaluation: number;
  readonly total: number;
  /** Images of one pass: the batch, or a part of it with accumulation. */
  readonly images: number;
  readonly recomputed: boolean;
}

/** What a way to compute needs of memory; fitted to measured peaks (docs/figures/memory.json). */
interface Needs {
  /** Bytes of TensorFlow and Node themselves, and of what is kept of a graph for each layer with weights. */
  readonly runtime: number;
  readonly perLayer: number;
  /** Copies of all parameters: weights, optimizer state, gradients, and what goes in and out of the session. */
  readonly stateCopies: number;
  /** Shares of convolutions' outputs and of what is repeatable that are held when it is kept. */
  readonly convolved: number;
  readonly kept: number;
  /** Copies of the largest maps on their way: of a training step, and of the evaluation that follows it. */
  readonly largest: number;
  readonly evaluated: number;
}

const STOCK_FLOAT32: Needs = {
  ...{ runtime: 378e6, perLayer: 4.3e6, stateCopies: 3.3 },
  ...{ convolved: 0.38, kept: 0.93, largest: 6.7, evaluated: 1.4 },
};
const STOCK_BFLOAT16: Needs = {
  ...{ runtime: 392e6, perLayer: 3.8e6, stateCopies: 6 },
  ...{ convolved: 0.17, kept: 0.52, largest: 2.4, evaluated: 2.4 },
};
const BLOCK_FLOAT32: Needs = {
  ...{ runtime: 436e6, perLayer: 3.15e6, stateCopies: 6.5 },
  ...{ convolved: 0.72, kept: 0, largest: 1.8, evaluated: 2.5 },
};
const BLOCK_BFLOAT16: Needs = {
  ...{ runtime: 436e6, perLayer: 2.6e6, stateCopies: 9 },
  ...{ convolved: 0.12, kept: 0.04, largest: 1.7, evaluated: 2.5 },
};
const FLOAT_BYTES = 4;
/** A need beyond this many times what the machine has is more than the estimate can be wrong by. */
const IMPOSSIBLE = 1.25;

/** Estimates the peak of a training with its evaluations on the processor. Measured peaks were at most 7% from it. */
export function estimateMemory(plan: LayerPlan, recipe: MemoryRecipe, way: Way): MemoryEstimate {
  const needs = needsOf(way);
  const recomputed = keepsMaps(way) && recomputes(plan, recipe.recomputation);
  const images = Math.ceil(recipe.batchSize / recipe.accumulation);
  const runtime = needs.runtime + weightedLayers(plan) * needs.perLayer;
  const state = plan.parameters * FLOAT_BYTES * needs.stateCopies;
  const activations = images * bytesPerImage(plan, needs, recomputed);
  const evaluation = evaluationBatch(plan.input) * FLOAT_BYTES * needs.evaluated * activationElements(plan).largest;
  const total = runtime + state + activations + evaluation;
  return { runtime, state, activations, evaluation, total, images, recomputed };
}

/** The most images of one pass that fit into `available` bytes, by the estimate; 0 when not even one does. */
export function largestPass(plan: LayerPlan, recipe: MemoryRecipe, way: Way, available: number): number {
  const { total, activations, recomputed } = estimateMemory(plan, recipe, way);
  const left = available - (total - activations);
  return Math.max(0, Math.floor(left / bytesPerImage(plan, needsOf(way), recomputed)));
}

/** What a person can do about a training that needs more than `available` bytes: one sentence. */
export function memoryAdvice(plan: LayerPlan, recipe: MemoryRecipe, way: Way, available: number): string {
  const fits = largestPass(plan, recipe, way, available);
  const repeated = largestPass(plan, { ...recipe, recomputation: true }, way, available);
  const offers = [
    ...(fits > 1 ? [`a batch of at most ${String(fits)} images`] : []),
    ...(repeated <= Math.max(1, fits) ? [] : [`recomputation, with which about ${String(repeated)} images fit`]),
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
  way: Way,
  machine: { readonly total: number; readonly available: number },
): string | null {
  const { total } = estimateMemory(plan, recipe, way);
  const need = `This training needs about ${gigabytes(total)} of memory by estimate`;
  if (total > IMPOSSIBLE * machine.total) {
    throw new DenseLabError(
      'out-of-memory',
      `${need}, and there are only ${gigabytes(machine.total)} in all.`,
      memoryAdvice(plan, recipe, way, machine.available),
    );
  }
  if (total <= machine.available) return null;
  return `${need}, and only ${gigabytes(machine.available)} are free. ${memoryAdvice(plan, recipe, way, machine.available)}`;
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

function bytesPerImage(plan: LayerPlan, needs: Needs, recomputed: boolean): number {
  const { convolved, repeatable, largest } = activationElements(plan);
  const kept = recomputed ? 0 : needs.kept * repeatable;
  return FLOAT_BYTES * (needs.convolved * convolved + kept + needs.largest * largest);
}

function needsOf({ kernels, precision }: Way): Needs {
  if (kernels === 'block') return precision === 'float32' ? BLOCK_FLOAT32 : BLOCK_BFLOAT16;
  return precision === 'float32' ? STOCK_FLOAT32 : STOCK_BFLOAT16;
}
