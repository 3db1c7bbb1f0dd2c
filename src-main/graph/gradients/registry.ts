/** Gradient rules by op. What is in neither list is a missing gradient, which is fatal. */

import { addGradient } from './add.ts';
import { averagePoolGradient } from './averagePool.ts';
import { batchNormGradient } from './batchNorm.ts';
import { biasAddGradient } from './biasAdd.ts';
import { castGradient } from './cast.ts';
import { concatGradient } from './concat.ts';
import { convolutionGradient } from './convolution.ts';
import { crossEntropyGradient } from './crossEntropy.ts';
import { denseBlockGradient } from './denseBlock.ts';
import { identityGradient } from './identity.ts';
import { matMulGradient } from './matMul.ts';
import { maxPoolGradient } from './maxPool.ts';
import { meanGradient } from './mean.ts';
import { multiplyGradient } from './multiply.ts';
import { padGradient } from './pad.ts';
import { reluGradient } from './relu.ts';
import { reshapeGradient } from './reshape.ts';
import type { GradientRule } from './rule.ts';
import { sigmoidGradient } from './sigmoid.ts';
import { sliceGradient } from './slice.ts';
import { splitGradient } from './split.ts';
import { sumGradient } from './sum.ts';
import { subtractGradient } from './subtract.ts';

/** Rules of the ops that pass gradients on. */
export const GRADIENT_RULES: ReadonlyMap<string, GradientRule> = new Map([
  ['AddV2', addGradient],
  ['AvgPool', averagePoolGradient],
  ['BiasAdd', biasAddGradient],
  ['Cast', castGradient],
  ['ConcatV2', concatGradient],
  ['Conv2D', convolutionGradient],
  ['DenseLabDenseBlock', denseBlockGradient],
  ['FusedBatchNormV3', batchNormGradient],
  ['Identity', identityGradient],
  ['MatMul', matMulGradient],
  ['MaxPool', maxPoolGradient],
  ['Mean', meanGradient],
  ['Mul', multiplyGradient],
  ['Pad', padGradient],
  ['Relu', reluGradient],
  ['Reshape', reshapeGradient],
  ['Sigmoid', sigmoidGradient],
  ['Slice', sliceGradient],
  ['SoftmaxCrossEntropyWithLogits', crossEntropyGradient],
  ['SparseSoftmaxCrossEntropyWithLogits', crossEntropyGradient],
  ['SplitV', splitGradient],
  ['Sum', sumGradient],
  ['Sub', subtractGradient],
]);

/** Ops that have no gradient by their nature: constant between the points where they jump, or without a float input. */
export const WITHOUT_GRADIENT: ReadonlySet<string> = new Set(['ArgMax', 'Equal', 'GreaterEqual', 'Shape', 'Size']);
