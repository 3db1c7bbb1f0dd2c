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

/** m = beta1 · m + (1 - beta1) · g; v = beta2 · v + (1 - beta2) · g²; w -= rate · m / (√v + epsilon), powers of beta 0. */
export const applyAdamCheck: KernelRule = {
  op: 'ResourceApplyAdam',
  prepare(bench, kernel) {
    const size = vectorSize(kernel);
    const [weights, first] = [bench.variable(size), bench.variable(size)];
    const second = bench.variable(size, 'positive');
    const gradient = bench.feed({ dataType: 'float32', shape: [size] });
    const rate = bench.feed({ dataType: 'float32', shape: [] }, 'positive');
    const [beta1, beta2, epsilon] = [0.75, 0.875, 0.125];
    const fixed = [0, 0].map((value) => bench.number(value));
    const numbers = [...fixed, rate.tensor, ...[beta1, beta2, epsilon].map((value) => bench.number(value))];
    const inputs = [weights.handle, first.handle, second.handle, ...numbers, gradient.tensor];
    const before = [weights.ready, first.ready, second.ready];
    const update = bench.add(kernel.node.op, inputs, [], kernel.node.attributes, before);
    const mixed = (beta: number, old: number, fresh: number): number => beta * old + (1 - beta) * fresh;
    const nextFirst = (index: number) => mixed(beta1, first.initial.at(index), gradient.at(index));
    const nextSecond = (index: number) => mixed(beta2, second.initial.at(index), gradient.at(index) ** 2);
    return [
      { output: bench.read(first, update), element: (index) => ({ value: nextFirst(index), magnitude: 3 }) },
      {
        output: bench.read(weights, update),
        element(index) {
          const move = nextFirst(index) / (Math.sqrt(nextSecond(index)) + epsilon);
          return { value: weights.initial.at(index) - rate.at(0) * move, magnitude: 5 + Math.abs(move) };
        },
      },
    ];
  },
};

/** w += x. */
export const addToVariableCheck = inPlace('AssignAddVariableOp', 1);
/** w -= x. */
export const subtractFromVariableCheck = inPlace('AssignSubVariableOp', -1);

function inPlace(op: string, sign: 1 | -1): KernelRule {
  return {
    op,
    prepare(bench, kernel) {
      const size = vectorSize(kernel);
      const variable = bench.variable(size);
      const value = bench.feed({ dataType: 'float32', shape: [size] });
      const inputs = [variable.handle, value.tensor];
      const update = bench.add(op, inputs, [], kernel.node.attributes, [variable.ready]);
      return [
        {
          output: bench.read(variable, update),
          element: (index) => ({ value: variable.initial.at(index) + sign * value.at(index), magnitude: 2 }),
        },
      ];
    },
  };
}

/** Elements of the vector that the first variable holds, at most a million. */
function vectorSize({ node }: ConcreteKernel): number {
  const shape = attributeOf(at(node.inputs, 0).node.attributes, 'shape', 'shape');
  return Math.min(
    MOST_ELEMENTS,
    shape.reduce((product, each) => product * each, 1),
  );
}
