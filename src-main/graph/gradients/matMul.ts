import { attributeOf } from '../attributes.ts';
import { at } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { matMul } from '../ops/matMul.ts';
import type { Scope } from '../scope.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/** Gradient of MatMul: two products, arranged so that nothing is transposed apart. */
export const matMulGradient: GradientRule = (context) => {
  const { scope, node, inputs } = context;
  const [a, b, gradient] = [at(inputs, 0), at(inputs, 1), onlyGradient(context)];
  const transposedA = attributeOf(node.attributes, 'transpose_a', 'bool');
  const transposedB = attributeOf(node.attributes, 'transpose_b', 'bool');
  return [
    wants(context, 0) ? gradientOfA(scope, gradient, b, transposedA, transposedB) : undefined,
    wants(context, 1) ? gradientOfB(scope, gradient, a, transposedA, transposedB) : undefined,
  ];
};

/** g·bᵀ, or b·gᵀ when a came transposed; b is transposed back when it was. */
function gradientOfA(scope: Scope, g: Tensor, b: Tensor, transposedA: boolean, transposedB: boolean): Tensor {
  return transposedA ? matMul(scope, b, g, { a: transposedB, b: true }) : matMul(scope, g, b, { b: !transposedB });
}

/** aᵀ·g, or gᵀ·a when b came transposed; a is transposed back when it was. */
function gradientOfB(scope: Scope, g: Tensor, a: Tensor, transposedA: boolean, transposedB: boolean): Tensor {
  return transposedB ? matMul(scope, g, a, { a: true, b: transposedA }) : matMul(scope, a, g, { a: !transposedA });
}
