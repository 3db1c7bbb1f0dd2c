/** Conv2DBackpropInput: gradient of a convolution's input. Never for 1x1 kernels: oneDNN's is wrong there. */

import type { Attributes } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireAgreement } from '../shapes.ts';
import type { OpRule } from './rule.ts';
import { CONVOLUTION_ATTRIBUTES, convolvedSize } from './window.ts';

/** When a Conv2DBackpropInput is legal, and what it gives. */
export const convolutionInputGradientRule: OpRule = {
  op: 'Conv2DBackpropInput',
  inputs: ['int32', 'floating', 'floating'],
  attributes: CONVOLUTION_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const input = knownValues(at(inputs, 0));
    const kernel = at(inputs, 1).shape;
    if (kernel[0] === 1 && kernel[1] === 1) illegal('Conv2DBackpropInput of a 1x1 kernel, which is wrong on some CPUs');
    const [height, width] = convolvedSize(input, kernel, attributes);
    requireAgreement(at(inputs, 2).shape, [at(input, 0), height, width, at(kernel, 3)]);
    return [{ dataType: at(inputs, 2).dataType, shape: input }];
  },
};

/**
 * Gradient [n, h, w, in] from `gradient` [n, h', w', out], for the kernels [size, size, in, out].
 * `attributes` are those of the Conv2D; `inputShape` int32 [4].
 */
export function convolutionInputGradient(
  scope: Scope,
  inputShape: Tensor,
  kernel: Tensor,
  gradient: Tensor,
  attributes: Attributes,
): Tensor {
  return scope.addTensor(convolutionInputGradientRule, [inputShape, kernel, gradient], attributes);
}
