/** Conv2D: a bank of square kernels moved over NHWC maps. */

import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { sizesAgree } from '../shapes.ts';
import type { OpRule } from './rule.ts';
import { CONVOLUTION_ATTRIBUTES, convolutionAttributes, convolvedSize, type Window } from './window.ts';

/** When a Conv2D is legal, and what it gives. */
export const convolutionRule: OpRule = {
  op: 'Conv2D',
  inputs: ['floating', 'floating'],
  attributes: CONVOLUTION_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const [{ dataType, shape: input }, { shape: kernel }] = [at(inputs, 0), at(inputs, 1)];
    const [height, width] = convolvedSize(input, kernel, attributes);
    if (!sizesAgree(at(input, 3), at(kernel, 2))) illegal(`Conv2D of ${input[3]} channels with ${kernel[2]}`);
    return [{ dataType, shape: [at(input, 0), height, width, at(kernel, 3)] }];
  },
};

/** Maps [n, h', w', out] of `input` [n, h, w, in] under the kernels [size, size, in, out]. */
export function convolution(scope: Scope, input: Tensor, kernel: Tensor, window: Window): Tensor {
  return scope.addTensor(convolutionRule, [input, kernel], convolutionAttributes(input.dataType, window));
}
