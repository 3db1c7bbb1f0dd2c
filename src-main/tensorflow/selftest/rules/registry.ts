import { concatCheck, padCheck, sliceCheck, transposeCheck } from './arrange.ts';
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
  multiplyCheck,
  reciprocalCheck,
  reciprocalSquareRootCheck,
  reluCheck,
  reluGradientCheck,
  subtractCheck,
} from './elementwise.ts';
import { broadcastCheck, castCheck, fillCheck, gatherCheck, greaterEqualCheck, splitCheck } from './convert.ts';
import { crossEntropyCheck, softmaxCheck } from './loss.ts';
import { matMulCheck } from './matMul.ts';
import { averagePoolCheck, averagePoolGradientCheck, maxPoolCheck, maxPoolGradientCheck } from './pooling.ts';
import { applyMomentumCheck } from './optimizer.ts';
import { argMaxCheck, meanCheck, sumCheck } from './reduce.ts';
import type { KernelRule } from '../rule.ts';

const RULES: readonly KernelRule[] = [
  addCheck,
  addNCheck,
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
  fillCheck,
  gatherCheck,
  greaterEqualCheck,
  matMulCheck,
  maxPoolCheck,
  maxPoolGradientCheck,
  meanCheck,
  multiplyCheck,
  padCheck,
  reciprocalCheck,
  reciprocalSquareRootCheck,
  reluCheck,
  reluGradientCheck,
  sliceCheck,
  softmaxCheck,
  splitCheck,
  subtractCheck,
  sumCheck,
  transposeCheck,
];

/** Every op whose kernels the self-test checks, by TensorFlow's name. */
export const KERNEL_RULES: ReadonlyMap<string, KernelRule> = new Map(RULES.map((rule) => [rule.op, rule]));
