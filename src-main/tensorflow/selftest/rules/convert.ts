/** Elements picked, repeated, compared or turned into another type. */

import { attributeOf } from '../../../graph/attributes.ts';
import { at } from '../../../graph/illegal.ts';
import type { TensorType } from '../../../graph/node.ts';
import { knownValues } from '../../../graph/shapes.ts';
import { exactly } from '../rule.ts';
import type { Expectation, KernelRule } from '../rule.ts';
import { output } from '../testBench.ts';
import type { Fed, TestBench } from '../testBench.ts';
import { broadcast } from './elementwise.ts';

/** Another element type. */
export const castCheck: KernelRule = {
  op: 'Cast',
  prepare(bench, kernel) {
    const x = feedAny(bench, at(kernel.inputs, 0));
    const to = attributeOf(kernel.node.attributes, 'DstT', 'type');
    const whole = to === 'int32' || to === 'int64' || to === 'uint8';
    return [
      {
        output: bench.run(kernel, [x.tensor]),
        element(position) {
          if (to === 'bool') return exactly(x.at(position) === 0 ? 0 : 1);
          return exactly(whole ? Math.trunc(x.at(position)) : x.at(position));
        },
      },
    ];
  },
};

/** Inputs of the types that are cast; truth values are made from labels. */
function feedAny(bench: TestBench, { dataType, shape }: TensorType): Fed {
  if (dataType === 'uint8') return bench.bytes(shape);
  if (dataType === 'int32') return bench.labels(shape, 1000);
  if (dataType === 'int64') return castTo(bench, bench.labels(shape, 1000), 'int64');
  if (dataType === 'bool') return castTo(bench, bench.labels(shape, 2), 'bool');
  return bench.feed({ dataType, shape });
}

function castTo(bench: TestBench, fed: Fed, type: 'int64' | 'bool'): Fed {
  return { ...fed, tensor: bench.cast(fed.tensor, type) };
}

/** Whether x is at least y. */
export const greaterEqualCheck: KernelRule = {
  op: 'GreaterEqual',
  prepare(bench, kernel) {
    const [x, y] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
    const { shape } = at(kernel.outputs, 0);
    return [
      {
        output: bench.run(kernel, [x.tensor, y.tensor]),
        element: (position) =>
          exactly(x.at(broadcast(x.shape, shape, position)) >= y.at(broadcast(y.shape, shape, position)) ? 1 : 0),
      },
    ];
  },
};

/** A tensor repeated to a larger shape. */
export const broadcastCheck: KernelRule = {
  op: 'BroadcastTo',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const { shape } = at(kernel.outputs, 0);
    return [
      {
        output: bench.run(kernel, [x.tensor, bench.integers(shape)]),
        element: (position) => exactly(x.at(broadcast(x.shape, shape, position))),
      },
    ];
  },
};

/** One number everywhere. */
export const fillCheck: KernelRule = {
  op: 'Fill',
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 1));
    const { shape } = at(kernel.outputs, 0);
    return [{ output: bench.run(kernel, [bench.integers(shape), x.tensor]), element: () => exactly(x.at(0)) }];
  },
};

/** Elements picked along an axis, by an index for each item of the batch. */
export const gatherCheck: KernelRule = {
  op: 'GatherV2',
  covers: (node) => node.attributes['batch_dims']?.value === 1,
  prepare(bench, kernel) {
    const x = bench.feed(at(kernel.inputs, 0));
    const axis = at(knownValues(at(kernel.node.inputs, 2)), 0);
    const indices = bench.labels(at(kernel.inputs, 1).shape, at(x.shape, axis));
    const picked = at(indices.shape, 1);
    const [before, after] = [x.shape.slice(1, axis), x.shape.slice(axis + 1)].map((sizes) =>
      sizes.reduce((product, size) => product * size, 1),
    );
    const [outer, inner] = [before ?? 1, after ?? 1];
    return [
      {
        output: bench.run(kernel, [x.tensor, indices.tensor, bench.integers([axis], [])]),
        element(position) {
          const [place, last] = [Math.floor(position / inner), position % inner];
          const [rows, choice] = [Math.floor(place / picked), place % picked];
          const index = indices.at(Math.floor(rows / outer) * picked + choice);
          return exactly(x.at((rows * at(x.shape, axis) + index) * inner + last));
        },
      },
    ];
  },
};

/** A vector cut into consecutive pieces; the first and the last are compared: a wrong cut shifts the last. */
export const splitCheck: KernelRule = {
  op: 'SplitV',
  prepare(bench, kernel): readonly Expectation[] {
    const x = bench.feed(at(kernel.inputs, 0));
    const sizes = kernel.outputs.map(({ shape }) => at(shape, 0));
    const node = bench.run(kernel, [x.tensor, bench.integers(sizes), bench.integers([0], [])]).node;
    const last = sizes.length - 1;
    const start = sizes.slice(0, last).reduce((sum, size) => sum + size, 0);
    return [
      { output: output(node, 0), element: (position) => exactly(x.at(position)) },
      { output: output(node, last), element: (position) => exactly(x.at(start + position)) },
    ];
  },
};
