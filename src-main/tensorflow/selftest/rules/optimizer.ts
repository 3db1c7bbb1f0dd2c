/** Updates of variables in place, each element alone: a vector of a million stands for every length. */

import { attributeOf } from '../../../graph/attributes.ts';
import { at } from '../../../graph/illegal.ts';
import type { ConcreteKernel, KernelRule } from '../rule.ts';

const MOST_ELEMENTS = 1 << 20;

/** v = momentum · v + g; w -= rate · v, or with Nesterov w -= rate · (g + momentum · v). */
export const applyMomentumCheck: KernelRule = {
  op: 'ResourceApplyMomentum',
  prepare(bench, kernel) {
    const size = vectorSize(kernel);
    const nesterov = attributeOf(kernel.node.attributes, 'use_nesterov', 'bool');
    const [weights, velocity] = [bench.variable(size), bench.variable(size)];
    const gradient = bench.feed({ dataType: 'float32', shape: [size] });
    const [rate, momentum] = [0, 0].map(() => bench.feed({ dataType: 'float32', shape: [] }, 'positive'));
    if (rate === undefined || momentum === undefined) return [];
    const inputs = [weights.handle, velocity.handle, rate.tensor, gradient.tensor, momentum.tensor];
    const before = [weights.ready, velocity.ready];
    const update = bench.add(kernel.node.op, inputs, [], kernel.node.attributes, before);
    const next = (index: number): number => momentum.at(0) * velocity.initial.at(index) + gradient.at(index);
    return [
      { output: bench.read(velocity, update), element: (index) => ({ value: next(index), magnitude: 3 }) },
      {
        output: bench.read(weights, update),
        element(index) {
          const step = nesterov ? gradient.at(index) + momentum.at(0) * next(index) : next(index);
          return { value: weights.initial.at(index) - rate.at(0) * step, magnitude: 5 };
        },
      },
    ];
  },
};

/** Elements of the vector that the first variable holds, at most a million. */
function vectorSize({ node }: ConcreteKernel): number {
  const shape = attributeOf(at(node.inputs, 0).node.attributes, 'shape', 'shape');
  return Math.min(
    MOST_ELEMENTS,
    shape.reduce((product, each) => product * each, 1),
  );
}
