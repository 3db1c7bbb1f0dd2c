/** The loss that training minimises: torch's CrossEntropyLoss with label smoothing, class weights and mixed targets. */

import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { floats, scalar } from '../ops/constant.ts';
import { crossEntropy } from '../ops/crossEntropy.ts';
import { matMul } from '../ops/matMul.ts';
import { mean } from '../ops/mean.ts';
import { multiply } from '../ops/multiply.ts';
import { oneHot } from '../ops/oneHot.ts';
import { reciprocal } from '../ops/reciprocal.ts';
import { reshape } from '../ops/reshape.ts';
import { rollBatch } from '../ops/roll.ts';
import { sizeOf } from '../ops/sizeOf.ts';
import { softmaxCrossEntropy } from '../ops/softmaxCrossEntropy.ts';
import { subtract } from '../ops/subtract.ts';
import { sum } from '../ops/sum.ts';
import type { Scope } from '../scope.ts';

/** What the loss depends on besides logits and labels. */
export interface ObjectiveSettings {
  /** In [0, 1). */
  readonly labelSmoothing: number;
  /** One for each class; null when all count alike. */
  readonly classWeights: readonly number[] | null;
}

/** The loss of each image, and how much each counts in the mean. */
export interface Objective {
  /** [n], times the weight of its class. */
  readonly losses: Tensor;
  /** [n, 1], the weight of each image's class; undefined when all count alike. */
  readonly weights: Tensor | undefined;
}

/**
 * The loss of logits [n, classes] with labels int32 [n].
 * @param share with mixup, the part (float32 []) of each target that is the image's own; the rest is that of the image
 *   before it in the batch
 */
export function objectiveOf(
  scope: Scope,
  logits: Tensor,
  labels: Tensor,
  { labelSmoothing, classWeights }: ObjectiveSettings,
  share: Tensor | undefined,
): Objective {
  if (labelSmoothing === 0 && classWeights === null && share === undefined) {
    return { losses: crossEntropy(scope, logits, labels), weights: undefined };
  }
  const classes = at(logits.shape, 1);
  const own = oneHot(scope, labels, classes);
  const targets = share === undefined ? own : blendWithNext(scope, own, share);
  if (classWeights === null) {
    const smooth = smoothed(scope, targets, labelSmoothing, new Array<number>(classes).fill(1));
    return { losses: softmaxCrossEntropy(scope, logits, smooth), weights: undefined };
  }
  return weighted(scope, logits, targets, { labelSmoothing, classWeights });
}

/** share · x + (1 - share) · x of the item before it in the batch; float32. */
export function blendWithNext(scope: Scope, x: Tensor, share: Tensor): Tensor {
  const rest = subtract(scope, scalar(scope, 1), share);
  return add(scope, multiply(scope, x, share), multiply(scope, rollBatch(scope, x), rest));
}

/** The mean that training minimises, each image counted by its weight. */
export function meanLoss(scope: Scope, objective: Objective): Tensor {
  const { losses, weights } = objective;
  if (weights === undefined) return mean(scope, losses);
  return multiply(scope, sum(scope, losses), reciprocal(scope, sum(scope, weights)));
}

/** What the mean is the quotient of: the sum of the losses and that of the weights, both float32 []. */
export function sumsOf(
  scope: Scope,
  { losses, weights }: Objective,
): { readonly loss: Tensor; readonly weight: Tensor } {
  const weight = weights === undefined ? cast(scope, sizeOf(scope, losses), 'float32') : sum(scope, weights);
  return { loss: sum(scope, losses), weight };
}

/** (1 - smoothing) · target · weight + smoothing / classes · weight, [n, classes]. */
function smoothed(scope: Scope, targets: Tensor, smoothing: number, weights: readonly number[]): Tensor {
  const kept = weights.map((weight) => (1 - smoothing) * weight);
  const sharp = multiply(scope, targets, floats(scope, kept));
  if (smoothing === 0) return sharp;
  const spread = weights.map((weight) => (smoothing * weight) / weights.length);
  return add(scope, sharp, floats(scope, spread));
}

/** The op's gradient holds only for targets that sum to 1, so each row is divided by its sum, and its loss multiplied. */
function weighted(
  scope: Scope,
  logits: Tensor,
  targets: Tensor,
  { labelSmoothing, classWeights }: { readonly labelSmoothing: number; readonly classWeights: readonly number[] },
): Objective {
  const rows = smoothed(scope, targets, labelSmoothing, classWeights);
  const classes = classWeights.length;
  const weights = matMul(scope, targets, floats(scope, classWeights, [classes, 1]));
  const total = matMul(scope, rows, floats(scope, new Array<number>(classes).fill(1), [classes, 1]));
  const normalised = multiply(scope, rows, reciprocal(scope, total));
  const losses = softmaxCrossEntropy(scope, logits, normalised);
  return { losses: multiply(scope, losses, reshape(scope, total, [-1])), weights };
}
