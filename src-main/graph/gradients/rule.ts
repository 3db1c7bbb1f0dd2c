/** What a gradient rule is given, and what it returns. */

import { at, illegal } from '../illegal.ts';
import type { GraphNode, Tensor } from '../node.ts';
import type { Scope } from '../scope.ts';

/** One node of the forward graph, seen by its gradient rule. */
export interface GradientContext {
  /** Where the rule adds its nodes. */
  readonly scope: Scope;
  readonly node: GraphNode;
  /** Values of the node's inputs. Rules read these rather than `node.inputs`, which may have been given up to save memory. */
  readonly inputs: readonly Tensor[];
  /** Values of the node's outputs. */
  readonly outputs: readonly Tensor[];
  /** Gradient of each output; undefined where nothing depends on the output. */
  readonly gradients: readonly (Tensor | undefined)[];
  /** Which inputs want a gradient; the others' entries in the answer are not used. */
  readonly wanted: readonly boolean[];
}

/** Gradient of each input, in order; undefined where there is none or none is wanted. */
export type GradientRule = (context: GradientContext) => readonly (Tensor | undefined)[];

/** The gradient of the first output, for ops that have only that one. */
export function onlyGradient(context: GradientContext): Tensor {
  const gradient = at(context.gradients, 0);
  return gradient ?? illegal(`${context.node.name} has no gradient to pass on`);
}

/** Whether the input at `position` wants a gradient. */
export function wants(context: GradientContext, position: number): boolean {
  return context.wanted[position] ?? false;
}
