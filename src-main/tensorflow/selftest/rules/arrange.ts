/** Kernels that compute nothing but move elements, which oneDNN does too. */

import { at } from '../../../graph/illegal.ts';
import type { GraphNode, Shape } from '../../../graph/node.ts';
import { knownValues } from '../../../graph/shapes.ts';
import { exactly } from '../rule.ts';
import type { KernelRule } from '../rule.ts';

/** Tensors one after another along an axis. */
export const concatCheck: KernelRule = {
  op: 'ConcatV2',
  covers: (node) => valuesOf(node, node.inputs.length - 1) !== null,
  prepare(bench, kernel) {
    const pieces = kernel.inputs.slice(0, -1).map((type) => bench.feed(type));
    const { shape } = at(kernel.outputs, 0);
    const given = at(valuesOf(kernel.node, pieces.length) ?? [], 0);
    const axis = given < 0 ? given + shape.length : given;
    return [
      {
        output: bench.run(kernel, [...pieces.map((piece) => piece.tensor), bench.integers([axis], [])]),
        element(position) {
          const place = [...indicesOf(shape, position)];
          let index = 0;
          while (at(place, axis) >= at(at(pieces, index).shape, axis)) {
            place[axis] = at(place, axis) - at(at(pieces, index).shape, axis);
            index += 1;
          }
          const piece = at(pieces, index);
          return exactly(piece.at(flat(piece.shape, place)));
        },
      },
    ];
  },
};

/** A block of a tensor. */
export const sliceCheck: KernelRule = {
  op: 'Slice',
  covers: (node) => valuesOf(node, 1) !== null,
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const { shape } = at(kernel.outputs, 0);
    const begin = valuesOf(kernel.node, 1) ?? [];
    return [
      {
        output: bench.run(kernel, [x.tensor, bench.integers(begin), bench.integers(shape)]),
        element(position) {
          const place = indicesOf(shape, position).map((index, axis) => index + at(begin, axis));
          return exactly(x.at(flat(x.shape, place)));
        },
      },
    ];
  },
};

/** Zeros around a tensor. */
export const padCheck: KernelRule = {
  op: 'Pad',
  covers: (node) => valuesOf(node, 1) !== null,
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const { shape } = at(kernel.outputs, 0);
    const paddings = valuesOf(kernel.node, 1) ?? [];
    return [
      {
        output: bench.run(kernel, [x.tensor, bench.integers(paddings, [shape.length, 2])]),
        element(position) {
          const place = indicesOf(shape, position).map((index, axis) => index - at(paddings, 2 * axis));
          const inside = place.every((index, axis) => index >= 0 && index < at(x.shape, axis));
          return exactly(inside ? x.at(flat(x.shape, place)) : 0);
        },
      },
    ];
  },
};

/** Axes in another order. */
export const transposeCheck: KernelRule = {
  op: 'Transpose',
  covers: (node) => valuesOf(node, 1) !== null,
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const { shape } = at(kernel.outputs, 0);
    const order = valuesOf(kernel.node, 1) ?? [];
    return [
      {
        output: bench.run(kernel, [x.tensor, bench.integers(order)]),
        element(position) {
          const indices = indicesOf(shape, position);
          const place = x.shape.map((_, axis) => at(indices, order.indexOf(axis)));
          return exactly(x.at(flat(x.shape, place)));
        },
      },
    ];
  },
};

/** Items of a batch moved one place on. */
export const rollCheck: KernelRule = {
  op: 'Roll',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const items = at(x.shape, 0);
    const size = x.shape.slice(1).reduce((product, each) => product * each, 1);
    return [
      {
        output: bench.run(kernel, [x.tensor, bench.integers([1], []), bench.integers([0], [])]),
        element(position) {
          const item = Math.floor(position / size);
          return exactly(x.at(((item + items - 1) % items) * size + (position % size)));
        },
      },
    ];
  },
};

/** A row of each label, with one number at the label and another elsewhere. */
export const oneHotCheck: KernelRule = {
  op: 'OneHot',
  prepare(bench, kernel) {
    const classes = at(at(kernel.outputs, 0).shape, 1);
    const labels = bench.labels(at(kernel.inputs, 0).shape, classes);
    const [on, off] = [bench.feed(at(kernel.inputs, 2)), bench.feed(at(kernel.inputs, 3))];
    return [
      {
        output: bench.run(kernel, [labels.tensor, bench.integers([classes], []), on.tensor, off.tensor]),
        element(position) {
          const isLabel = labels.at(Math.floor(position / classes)) === position % classes;
          return exactly((isLabel ? on : off).at(0));
        },
      },
    ];
  },
};

/** The numbers of an input that is constant; null for any other. */
function valuesOf(node: GraphNode, input: number): readonly number[] | null {
  const tensor = at(node.inputs, input);
  return tensor.node.op === 'Const' ? knownValues(tensor) : null;
}

function indicesOf(shape: Shape, position: number): readonly number[] {
  let rest = position;
  return shape
    .map((_, axis) => at(shape, shape.length - 1 - axis))
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}

function flat(shape: Shape, place: readonly number[]): number {
  return shape.reduce((position, size, axis) => position * size + at(place, axis), 0);
}
