/** Every op that the compiler may use. */

import { addRule } from './add.ts';
import { addNRule } from './addN.ts';
import { addToVariableRule } from './addToVariable.ts';
import { applyAdamRule } from './applyAdam.ts';
import { applyMomentumRule } from './applyMomentum.ts';
import { argMaxRule } from './argMax.ts';
import { assignVariableRule } from './assignVariable.ts';
import { averagePoolRule } from './averagePool.ts';
import { averagePoolGradientRule } from './averagePoolGradient.ts';
import { batchNormRule } from './batchNorm.ts';
import { batchNormGradientRule } from './batchNormGradient.ts';
import { biasAddRule } from './biasAdd.ts';
import { biasAddGradientRule } from './biasAddGradient.ts';
import { bitwiseXorRule } from './bitwiseXor.ts';
import { broadcastRule } from './broadcast.ts';
import { castRule } from './cast.ts';
import { checkNumbersRule } from './checkNumbers.ts';
import { concatRule } from './concat.ts';
import { constantRule } from './constant.ts';
import { convolutionRule } from './convolution.ts';
import { convolutionInputGradientRule } from './convolutionInputGradient.ts';
import { convolutionKernelGradientRule } from './convolutionKernelGradient.ts';
import { crossEntropyRule } from './crossEntropy.ts';
import { denseBlockGradientRule, denseBlockRule } from './denseBlock.ts';
import { depthwiseConvolutionRule } from './depthwiseConvolution.ts';
import { equalRule } from './equal.ts';
import { exponentialMinusOneRule } from './exponentialMinusOne.ts';
import { fillRule } from './fill.ts';
import { gatherRule } from './gather.ts';
import { greaterEqualRule } from './greaterEqual.ts';
import { identityRule } from './identity.ts';
import { l2LossRule } from './l2Loss.ts';
import { matMulRule } from './matMul.ts';
import { maximumRule } from './maximum.ts';
import { maxPoolRule } from './maxPool.ts';
import { maxPoolGradientRule } from './maxPoolGradient.ts';
import { meanRule } from './mean.ts';
import { minimumRule } from './minimum.ts';
import { multiplyRule } from './multiply.ts';
import { oneHotRule } from './oneHot.ts';
import { padRule } from './pad.ts';
import { placeholderRule } from './placeholder.ts';
import { randomIntegerRule } from './randomInteger.ts';
import { randomUniformRule } from './randomUniform.ts';
import { readVariableRule } from './readVariable.ts';
import { reciprocalRule } from './reciprocal.ts';
import { reciprocalSquareRootRule } from './reciprocalSquareRoot.ts';
import { reluRule } from './relu.ts';
import { reluGradientRule } from './reluGradient.ts';
import { reshapeRule } from './reshape.ts';
import { rollRule } from './roll.ts';
import { selectRule } from './select.ts';
import { shapeRule } from './shapeOf.ts';
import { sigmoidRule } from './sigmoid.ts';
import { sigmoidGradientRule } from './sigmoidGradient.ts';
import { sizeRule } from './sizeOf.ts';
import { sliceRule } from './slice.ts';
import { softmaxRule } from './softmax.ts';
import { softmaxCrossEntropyRule } from './softmaxCrossEntropy.ts';
import { splitRule } from './split.ts';
import { squareRootRule } from './squareRoot.ts';
import { subtractRule } from './subtract.ts';
import { subtractFromVariableRule } from './subtractFromVariable.ts';
import { sumRule } from './sum.ts';
import { transposeRule } from './transpose.ts';
import { variableRule } from './variable.ts';
import type { OpRule } from './rule.ts';

const RULES: readonly OpRule[] = [
  addRule,
  addNRule,
  addToVariableRule,
  applyAdamRule,
  applyMomentumRule,
  argMaxRule,
  assignVariableRule,
  averagePoolRule,
  averagePoolGradientRule,
  batchNormRule,
  batchNormGradientRule,
  biasAddRule,
  biasAddGradientRule,
  bitwiseXorRule,
  broadcastRule,
  castRule,
  checkNumbersRule,
  concatRule,
  constantRule,
  convolutionRule,
  convolutionInputGradientRule,
  convolutionKernelGradientRule,
  crossEntropyRule,
  denseBlockRule,
  denseBlockGradientRule,
  depthwiseConvolutionRule,
  equalRule,
  exponentialMinusOneRule,
  fillRule,
  gatherRule,
  greaterEqualRule,
  identityRule,
  l2LossRule,
  matMulRule,
  maximumRule,
  maxPoolRule,
  maxPoolGradientRule,
  meanRule,
  minimumRule,
  multiplyRule,
  oneHotRule,
  padRule,
  placeholderRule,
  randomIntegerRule,
  randomUniformRule,
  readVariableRule,
  reciprocalRule,
  reciprocalSquareRootRule,
  reluRule,
  reluGradientRule,
  reshapeRule,
  rollRule,
  selectRule,
  shapeRule,
  sigmoidRule,
  sigmoidGradientRule,
  sizeRule,
  sliceRule,
  softmaxRule,
  softmaxCrossEntropyRule,
  splitRule,
  squareRootRule,
  subtractRule,
  subtractFromVariableRule,
  sumRule,
  transposeRule,
  variableRule,
];

/** Rules by TensorFlow's op name. */
export const OP_RULES: ReadonlyMap<string, OpRule> = new Map(RULES.map((rule) => [rule.op, rule]));
