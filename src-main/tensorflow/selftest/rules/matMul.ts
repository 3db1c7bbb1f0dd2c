import { attributeOf } from '../../../graph/attributes.ts';
import { at } from '../../../graph/illegal.ts';
import { Sum } from '../rule.ts';
import type { KernelRule } from '../rule.ts';

/** a · b, either transposed. */
export const matMulCheck: KernelRule = {
  op: 'MatMul',
  prepare(bench, kernel) {
    const { attributes } = kernel.node;
    const [a, b] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
    const [rows, columns] = [at(at(kernel.outputs, 0).shape, 0), at(at(kernel.outputs, 0).shape, 1)];
    const transposedA = attributeOf(attributes, 'transpose_a', 'bool');
    const transposedB = attributeOf(attributes, 'transpose_b', 'bool');
    const inner = at(a.shape, transposedA ? 0 : 1);
    return [
      {
        output: bench.run(kernel, [a.tensor, b.tensor]),
        element(position) {
          const [row, column] = [Math.floor(position / columns), position % columns];
          const sum = new Sum();
          for (let index = 0; index < inner; index += 1) {
            const left = a.at(transposedA ? index * rows + row : row * inner + index);
            sum.add(left * b.at(transposedB ? column * inner + index : index * columns + column));
          }
          return sum;
        },
      },
    ];
  },
};
