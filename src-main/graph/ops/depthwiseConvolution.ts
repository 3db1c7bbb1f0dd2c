/** DepthwiseConv2dNative: one kernel for each channel of NHWC maps. */

import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { sizesAgree } from '../shapes.ts';
import type { OpRule } from './rule.ts';
import { CONVOLUTION_ATTRIBUTES, convolutionAttributes, convolvedSize, type Window } from './window.ts';

/** When a DepthwiseConv2dNative is legal, and what it gives. */
export const depthwiseConvolutionRule: OpRule = {
  op: 'DepthwiseConv2dNative',
  inputs: ['float32', 'float32'],
  attributes: CONVOLUTION_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const [{ shape: input }, { shape: kernel }] = [at(inputs, 0), at(inputs, 1)];
    const [height, width] = convolvedSize(input, kernel, attributes);
    const channels = at(input, 3);
    if (!sizesAgree(channels, at(kernel, 2))) illegal(`${channels} channels with kernels for ${kernel[2]}`);
    if (at(kernel, 3) !== 1) illegal(`${kernel[3]} kernels for each channel`);
    return [{ dataType: 'float32', shape: [at(input, 0), height, width, channels] }];
  },
};

/** Maps [n, h', w', channels] of `input` [n, h, w, channels], each under its own kernel of [size, size, channels, 1]. */
export function depthwiseConvolution(scope: Scope, input: Tensor, kernel: Tensor, window: Window): Tensor {
  return scope.addTensor(depthwiseConvolutionRule, [input, kernel], convolutionAttributes(input.dataType, window));
}
