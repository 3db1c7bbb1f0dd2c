/** Compares gradients that the compiler derives with central finite differences, element by element. */

import { gradientsOf } from '../../../src-main/graph/gradients/reverse.ts';
import type { Tensor } from '../../../src-main/graph/node.ts';
import { floats } from '../../../src-main/graph/ops/constant.ts';
import { mean } from '../../../src-main/graph/ops/mean.ts';
import { multiply } from '../../../src-main/graph/ops/multiply.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { fetchName, Scope } from '../../../src-main/graph/scope.ts';
import { verifyGraph } from '../../../src-main/graph/verify.ts';
import { openSession } from '../../../src-main/tensorflow/session.ts';
import { float32Data, float32Tensor } from '../../../src-main/tensorflow/tensor.ts';
import { dot, relativeDifference, sizeOf, uniform } from './numbers.ts';

/** A function of some tensors, and where to differentiate it. */
export interface GradientCase {
  /** Shapes and values of what it is differentiated by. */
  readonly inputs: readonly { readonly shape: readonly number[]; readonly data: Float32Array }[];
  /** Builds the function. */
  readonly build: (scope: Scope, inputs: readonly Tensor[]) => Tensor;
  /** Shape of its result for these inputs. */
  readonly outputShape: readonly number[];
  /** Half the distance of the two points of a difference; large for linear functions, where it is exact. */
  readonly step: number;
}

/**
 * The worst relative difference between the derived gradient of a weighted mean of the result and its finite
 * difference, over all inputs. First sizes are unknown when compiling, as in the real graph.
 */
export function gradientError({ inputs, build, outputShape, step }: GradientCase): number {
  const root = Scope.root();
  const fed = inputs.map(({ shape }, position) =>
    placeholder(
      root,
      `x${String(position)}`,
      'float32',
      shape.map((size, axis) => (axis === 0 ? -1 : size)),
    ),
  );
  const weights = uniform(sizeOf(outputShape), 99);
  const result = build(root.child('function'), fed);
  const weighted = multiply(root, result, floats(root, Array.from(weights), outputShape));
  const loss = mean(root, weighted);
  const gradients = gradientsOf(root.child('gradients'), root.graph(), loss, fed);
  const graph = root.graph();
  const fetches = gradients.map(fetchName);
  verifyGraph(graph, fetches);
  const session = openSession(graph);
  const feeds = (values: readonly Float32Array[]) =>
    Object.fromEntries(
      values.map((data, position) => [`x${String(position)}`, float32Tensor(inputs[position]?.shape ?? [], data)]),
    );
  const lossAt = (values: readonly Float32Array[]): number =>
    dot(float32Data(session.run(feeds(values), [fetchName(result)])[0]), weights) / weights.length;
  try {
    const start = inputs.map(({ data }) => data);
    const derived = session.run(feeds(start), fetches).map(float32Data);
    const errors = derived.map((gradient, position) =>
      relativeDifference(gradient, differences(start, position, step, lossAt)),
    );
    return Math.max(...errors);
  } finally {
    session.close();
  }
}

/** (f(x + step) - f(x - step)) / 2 step for each element of one input. */
function differences(
  start: readonly Float32Array[],
  position: number,
  step: number,
  lossAt: (values: readonly Float32Array[]) => number,
): Float32Array {
  return Float32Array.from(start[position] ?? [], (value, element) => {
    const moved = (to: number) =>
      lossAt(start.map((data, each) => (each === position ? data.map((old, i) => (i === element ? to : old)) : data)));
    const [above, below] = [Math.fround(value + step), Math.fround(value - step)];
    return (moved(above) - moved(below)) / (above - below);
  });
}
