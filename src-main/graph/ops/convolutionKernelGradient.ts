/** Conv2DBackpropFilter: gradient of a convolution's kernels. */

import type { Attributes } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Shape, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';
import { knownValues, requireAgreement } from '../shapes.ts';
import { integers } from './constant.ts';
import type { OpRule } from './rule.ts';
import { CONVOLUTION_ATTRIBUTES, convolvedSize } from './window.ts';

/** When a Conv2DBackpropFilter is legal, and what it gives. */
export const convolutionKernelGradientRule: OpRule = {
  op: 'Conv2DBackpropFilter',
  inputs: ['floating', 'int32', 'floating'],
  attributes: CONVOLUTION_ATTRIBUTES,
  infer: (inputs, attributes) => {
    const input = at(inputs, 0).shape;
    const kernel = knownValues(at(inputs, 1));
    const [height, width] = convolvedSize(input, kernel, attributes);
    requireAgreement(at(inputs, 2).shape, [at(input, 0), height, width, at(kernel, 3)]);
    return [{ dataType: at(inputs, 0).dataType, shape: kernel }];
  },
};

/**
 * Gradient of the kernels [size, size, in, out] from the `input` [n, h, w, in] and `gradient` [n, h', w', out].
 * `attributes` are those of the Conv2D.
 */
export function convolutionKernelGradient(
  scope: Scope,
  input: Tensor,
  kernel: Shape,
  gradient: Tensor,
  attributes: Attributes,
): Tensor {
  return scope.addTensor(convolutionKernelGradientRule, [input, integers(scope, kernel), gradient], attributes);
}
