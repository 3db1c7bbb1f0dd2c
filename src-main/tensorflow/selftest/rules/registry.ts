import { concatCheck, padCheck, sliceCheck, transposeCheck } from './arrange.ts';
import { batchNormCheck, batchNormGradientCheck } from './batchNorm.ts';
import { convolutionCheck, convolutionInputGradientCheck, convolutionKernelGradientCheck } from './convolution.ts';
import {
  addCheck,
  addNCheck,
  biasAddCheck,
  biasAddGradientCheck,
  multiplyCheck,
  reciprocalSquareRootCheck,
  reluCheck,
  reluGradientCheck,
  subtractCheck,
} from './elementwise.ts';
import { crossEntropyCheck, softmaxCheck } from './loss.ts';
import { matMulCheck } from './matMul.ts';
import { averagePoolCheck, averagePoolGradientCheck, maxPoolCheck, maxPoolGradientCheck } from './pooling.ts';
import type { KernelRule } from '../rule.ts';

const RULES: readonly KernelRule[] = [
  addCheck,
  addNCheck,
  averagePoolCheck,
  averagePoolGradientCheck,
  batchNormCheck,
  batchNormGradientCheck,
  biasAddCheck,
  biasAddGradientCheck,
  concatCheck,
  convolutionCheck,
  convolutionInputGradientCheck,
  convolutionKernelGradientCheck,
  crossEntropyCheck,
  matMulCheck,
  maxPoolCheck,
  maxPoolGradientCheck,
  multiplyCheck,
  padCheck,
  reciprocalSquareRootCheck,
  reluCheck,
  reluGradientCheck,
  sliceCheck,
  softmaxCheck,
  subtractCheck,
  transposeCheck,
];

/** Every op whose kernels the self-test checks, by TensorFlow's name. */
export const KERNEL_RULES: ReadonlyMap<string, KernelRule> = new Map(RULES.map((rule) => [rule.op, rule]));
