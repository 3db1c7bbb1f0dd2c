/** Sums and means over whole axes, and the largest of a row. */

import { at } from '../../../graph/illegal.ts';
import type { Shape } from '../../../graph/node.ts';
import { knownValues } from '../../../graph/shapes.ts';
import { exactly, Sum, sumOf } from '../rule.ts';
import type { KernelRule } from '../rule.ts';

/** Sum over constant axes. */
export const sumCheck = reduction('Sum', () => 1);
/** Mean over constant axes. */
export const meanCheck = reduction('Mean', (count) => 1 / count);

/** Half the sum of squares. */
export const l2LossCheck: KernelRule = {
  op: 'L2Loss',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const count = x.shape.reduce((product, size) => product * size, 1);
    return [{ output: bench.run(kernel, [x.tensor]), element: () => sumOf(count, (index) => x.at(index) ** 2 / 2) }];
  },
};

function reduction(op: string, share: (count: number) => number): KernelRule {
  return {
    op,
    covers: (node) => at(node.inputs, 1).node.op === 'Const',
    prepare(bench, kernel) {
      // Terms of one sign: a sum that cancels hides a share that is wrong.
      const x = bench.feed(at(kernel.inputs, 0), 'positive');
      const given = knownValues(at(kernel.node.inputs, 1));
      const axes = given.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
      const sizes = axes.map((axis) => at(x.shape, axis));
      const count = sizes.reduce((product, size) => product * size, 1);
      const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
      const strides = stridesOf(x.shape);
      return [
        {
          output: bench.run(kernel, [x.tensor, bench.integers(given)]),
          element(position) {
            const start = offsetOf(position, kept, x.shape, strides);
            const sum = new Sum();
            for (let index = 0; index < count; index += 1) {
              sum.add(x.at(start + offsetOf(index, axes, x.shape, strides)) * share(count));
            }
            return sum;
          },
        },
      ];
    },
  };
}

/** Place of the largest element of each row. */
export const argMaxCheck: KernelRule = {
  op: 'ArgMax',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const columns = at(x.shape, 1);
    return [
      {
        output: bench.run(kernel, [x.tensor, bench.integers([1], [])]),
        element(row) {
          let best = 0;
          for (let column = 1; column < columns; column += 1) {
            if (x.at(row * columns + column) > x.at(row * columns + best)) best = column;
          }
          return exactly(best);
        },
      },
    ];
  },
};

function stridesOf(shape: Shape): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

/** Where the element number `index` over these axes lies, all other axes at 0. */
function offsetOf(index: number, axes: readonly number[], shape: Shape, strides: readonly number[]): number {
  let [rest, offset] = [index, 0];
  for (const axis of [...axes].reverse()) {
    offset += (rest % at(shape, axis)) * at(strides, axis);
    rest = Math.floor(rest / at(shape, axis));
  }
  return offset;
}
