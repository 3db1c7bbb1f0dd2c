import { at } from '../illegal.ts';
import { convolutionInputGradient } from '../ops/convolutionInputGradient.ts';
import { convolutionKernelGradient } from '../ops/convolutionKernelGradient.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/** Gradient of Conv2D. A 1x1 kernel has none here: it is lowered to MatMul, because oneDNN's kernel is wrong. */
export const convolutionGradient: GradientRule = (context) => {
  const { scope, node, inputs } = context;
  const [input, kernel, gradient] = [at(inputs, 0), at(inputs, 1), onlyGradient(context)];
  return [
    wants(context, 0)
      ? convolutionInputGradient(scope, shapeOf(scope, input), kernel, gradient, node.attributes)
      : undefined,
    wants(context, 1) ? convolutionKernelGradient(scope, input, kernel.shape, gradient, node.attributes) : undefined,
  ];
};
