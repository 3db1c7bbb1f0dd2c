/** Arithmetic that pairs elements with elements, by NumPy's broadcasting rules. */

import { at } from '../../../graph/illegal.ts';
import type { Shape } from '../../../graph/node.ts';
import { exactly, sumOf } from '../rule.ts';
import type { Expected, KernelRule } from '../rule.ts';

/** max(x, 0). */
export const reluCheck: KernelRule = {
  op: 'Relu',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    return [{ output: bench.run(kernel, [x.tensor]), element: (position) => exactly(Math.max(0, x.at(position))) }];
  },
};

/** The gradient where the ReLU let its argument through. */
export const reluGradientCheck: KernelRule = {
  op: 'ReluGrad',
  prepare(bench, kernel) {
    const [gradient, x] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
    return [
      {
        output: bench.run(kernel, [gradient.tensor, x.tensor]),
        element: (position) => exactly(x.at(position) > 0 ? gradient.at(position) : 0),
      },
    ];
  },
};

/** 1 / x. */
export const reciprocalCheck: KernelRule = {
  op: 'Reciprocal',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0), 'positive');
    return [{ output: bench.run(kernel, [x.tensor]), element: (position) => exactly(1 / x.at(position)) }];
  },
};

/** 1 / (1 + exp(-x)). */
export const sigmoidCheck: KernelRule = {
  op: 'Sigmoid',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    return [
      { output: bench.run(kernel, [x.tensor]), element: (position) => exactly(1 / (1 + Math.exp(-x.at(position)))) },
    ];
  },
};

/** The gradient times y · (1 - y). */
export const sigmoidGradientCheck: KernelRule = {
  op: 'SigmoidGrad',
  prepare(bench, kernel) {
    const [y, gradient] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
    return [
      {
        output: bench.run(kernel, [y.tensor, gradient.tensor]),
        element: (position) => exactly(gradient.at(position) * y.at(position) * (1 - y.at(position))),
      },
    ];
  },
};

/** 1 / √x. */
export const reciprocalSquareRootCheck: KernelRule = {
  op: 'Rsqrt',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0), 'positive');
    return [{ output: bench.run(kernel, [x.tensor]), element: (position) => exactly(1 / Math.sqrt(x.at(position))) }];
  },
};

/** √x. */
export const squareRootCheck: KernelRule = {
  op: 'Sqrt',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0), 'positive');
    return [{ output: bench.run(kernel, [x.tensor]), element: (position) => exactly(Math.sqrt(x.at(position))) }];
  },
};

/** exp(x) - 1. */
export const exponentialMinusOneCheck: KernelRule = {
  op: 'Expm1',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    return [{ output: bench.run(kernel, [x.tensor]), element: (position) => exactly(Math.expm1(x.at(position))) }];
  },
};

/** Sum of any number of tensors of one shape. */
export const addNCheck: KernelRule = {
  op: 'AddN',
  prepare(bench, kernel) {
    const terms = kernel.inputs.map((type) => bench.feed(type));
    return [
      {
        output: bench.run(
          kernel,
          terms.map((term) => term.tensor),
        ),
        element: (position) => sumOf(terms.length, (index) => at(terms, index).at(position)),
      },
    ];
  },
};

/** Maps plus one number per channel. */
export const biasAddCheck: KernelRule = {
  op: 'BiasAdd',
  prepare(bench, kernel) {
    const [x, bias] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
    const channels = at(bias.shape, 0);
    return [
      {
        output: bench.run(kernel, [x.tensor, bias.tensor]),
        element: (position) => {
          const shift = bias.at(position % channels);
          return { value: x.at(position) + shift, magnitude: Math.abs(x.at(position)) + Math.abs(shift) };
        },
      },
    ];
  },
};

/** Sum over all axes but the last. */
export const biasAddGradientCheck: KernelRule = {
  op: 'BiasAddGrad',
  prepare(bench, kernel) {
    const gradient = bench.feed(at(kernel.inputs, 0));
    const channels = at(at(kernel.outputs, 0).shape, 0);
    const count = gradient.shape.reduce((product, size) => product * size, 1) / channels;
    return [
      {
        output: bench.run(kernel, [gradient.tensor]),
        element: (channel) => sumOf(count, (index) => gradient.at(index * channels + channel)),
      },
    ];
  },
};

/** x · y. */
export const multiplyCheck = pairwise('Mul', (x, y) => exactly(x * y));
/** The smaller of x and y. */
export const minimumCheck = pairwise('Minimum', (x, y) => exactly(Math.min(x, y)));
/** The larger of x and y. */
export const maximumCheck = pairwise('Maximum', (x, y) => exactly(Math.max(x, y)));
/** x + y. */
export const addCheck = pairwise('AddV2', (x, y) => ({ value: x + y, magnitude: Math.abs(x) + Math.abs(y) }));
/** x - y. */
export const subtractCheck = pairwise('Sub', (x, y) => ({ value: x - y, magnitude: Math.abs(x) + Math.abs(y) }));

function pairwise(op: string, combine: (x: number, y: number) => Expected): KernelRule {
  return {
    op,
    prepare(bench, kernel) {
      const [x, y] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
      const { shape } = at(kernel.outputs, 0);
      return [
        {
          output: bench.run(kernel, [x.tensor, y.tensor]),
          element: (position) =>
            combine(x.at(broadcast(x.shape, shape, position)), y.at(broadcast(y.shape, shape, position))),
        },
      ];
    },
  };
}

/** Position in a tensor of shape `from` that a position of the broadcast `shape` reads. */
export function broadcast(from: Shape, shape: Shape, position: number): number {
  let [rest, stride, found] = [position, 1, 0];
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = at(shape, axis);
    const own = from[axis - shape.length + from.length] ?? 1;
    if (own !== 1) found += (rest % size) * stride;
    stride *= own;
    rest = Math.floor(rest / size);
  }
  return found;
}
