import { concatCheck, oneHotCheck, padCheck, rollCheck, sliceCheck, transposeCheck } from './arrange.ts';
import { batchNormCheck, batchNormGradientCheck } from './batchNorm.ts';
import {
  convolutionCheck,
  convolutionInputGradientCheck,
  convolutionKernelGradientCheck,
  depthwiseConvolutionCheck,
} from './convolution.ts';
import {
  addCheck,
  addNCheck,
  biasAddCheck,
  biasAddGradientCheck,
  exponentialMinusOneCheck,
  maximumCheck,
  minimumCheck,
  multiplyCheck,
  reciprocalCheck,
  reciprocalSquareRootCheck,
  reluCheck,
  reluGradientCheck,
  squareRootCheck,
  sigmoidCheck,
  sigmoidGradientCheck,
  subtractCheck,
} from './elementwise.ts';
import { broadcastCheck, castCheck, fillCheck, gatherCheck, greaterEqualCheck, splitCheck } from './convert.ts';
import { crossEntropyCheck, softmaxCheck, softmaxCrossEntropyCheck } from './loss.ts';
import { matMulCheck } from './matMul.ts';
import { averagePoolCheck, averagePoolGradientCheck, maxPoolCheck, maxPoolGradientCheck } from './pooling.ts';
import { addToVariableCheck, applyAdamCheck, applyMomentumCheck, subtractFromVariableCheck } from './optimizer.ts';
import { argMaxCheck, l2LossCheck, meanCheck, sumCheck } from './reduce.ts';
import type { KernelRule } from '../rule.ts';

const RULES: readonly KernelRule[] = [
  addCheck,
  addNCheck,
  addToVariableCheck,
  applyAdamCheck,
  applyMomentumCheck,
  argMaxCheck,
  averagePoolCheck,
  averagePoolGradientCheck,
  batchNormCheck,
  batchNormGradientCheck,
  biasAddCheck,
  biasAddGradientCheck,
  broadcastCheck,
  castCheck,
  concatCheck,
  convolutionCheck,
  convolutionInputGradientCheck,
  convolutionKernelGradientCheck,
  crossEntropyCheck,
  depthwiseConvolutionCheck,
  exponentialMinusOneCheck,
  fillCheck,
  gatherCheck,
  greaterEqualCheck,
  l2LossCheck,
  matMulCheck,
  maxPoolCheck,
  maxPoolGradientCheck,
  maximumCheck,
  meanCheck,
  minimumCheck,
  multiplyCheck,
  oneHotCheck,
  padCheck,
  reciprocalCheck,
  reciprocalSquareRootCheck,
  reluCheck,
  reluGradientCheck,
  rollCheck,
  sigmoidCheck,
  sigmoidGradientCheck,
  sliceCheck,
  softmaxCheck,
  softmaxCrossEntropyCheck,
  splitCheck,
  squareRootCheck,
  subtractCheck,
  subtractFromVariableCheck,
  sumCheck,
  transposeCheck,
];

/** Every op whose kernels the self-test checks, by TensorFlow's name. */
export const KERNEL_RULES: ReadonlyMap<string, KernelRule> = new Map(RULES.map((rule) => [rule.op, rule]));
