/** How one kind of kernel is checked: what goes in, and what each element of the result should be. */

import type { GraphNode, Tensor, TensorType } from '../../graph/node.ts';
import type { TestBench } from './testBench.ts';

/** What an element should be. */
export interface Expected {
  readonly value: number;
  /** Sum of the magnitudes of the terms: rounding may show as a small share of this, however small the value. */
  readonly magnitude: number;
}

/** The element at a row-major position, computed in float64. */
export type ElementOf = (position: number) => Expected;

/** A result to fetch, and its elements. */
export interface Expectation {
  readonly output: Tensor;
  readonly element: ElementOf;
}

/** A node of a graph with every size known. */
export interface ConcreteKernel {
  readonly node: GraphNode;
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
}

/** Checks the kernels of one op. */
export interface KernelRule {
  readonly op: string;
  /** Whether this rule knows what the node computes; float32 and NHWC are checked before. All when absent. */
  readonly covers?: (node: GraphNode) => boolean;
  /** Adds the kernel, with inputs of its own, to the bench. */
  readonly prepare: (bench: TestBench, kernel: ConcreteKernel) => readonly Expectation[];
}

/** A sum that also keeps its magnitude. */
export class Sum implements Expected {
  value = 0;
  magnitude = 0;

  add(term: number): void {
    this.value += term;
    this.magnitude += Math.abs(term);
  }
}

/** The sum of `count` terms. */
export function sumOf(count: number, term: (index: number) => number): Expected {
  const sum = new Sum();
  for (let index = 0; index < count; index += 1) sum.add(term(index));
  return sum;
}

/** A value that is one term, or none. */
export function exactly(value: number): Expected {
  return { value, magnitude: Math.abs(value) };
}
