/**
 * Less memory for more time: values of the forward pass that are computed again in the backward pass instead of being
 * kept (Pleiss et al. 2017, "Memory-Efficient Implementation of DenseNets"). Concatenations and normalisations grow
 * with the square of the depth when kept, and linearly when not.
 */

import { lookUp } from '../illegal.ts';
import { isFloating, type GraphNode, type Tensor } from '../node.ts';
import { identity } from '../ops/identity.ts';
import { OP_RULES } from '../ops/registry.ts';
import type { Scope } from '../scope.ts';

/** Gives the values of nodes to gradient rules: as they are, or computed again. */
export class Recomputation {
  readonly #scope: Scope;
  readonly #repeats: (node: GraphNode) => boolean;
  readonly #copies = new Map<GraphNode, GraphNode>();

  /** `repeats` tells which nodes of the forward pass are computed again; their copies go to `scope`. */
  constructor(scope: Scope, repeats: (node: GraphNode) => boolean) {
    this.#scope = scope;
    this.#repeats = repeats;
  }

  /** The value of `tensor`; if it is computed again, then not before `arrived`, the gradient that needs it. */
  value(tensor: Tensor, arrived: GraphNode): Tensor {
    if (!this.#repeats(tensor.node)) return tensor;
    return { ...tensor, node: this.#copies.get(tensor.node) ?? this.#copy(tensor.node, arrived) };
  }

  #copy(node: GraphNode, arrived: GraphNode): GraphNode {
    const here = this.#scope.child(node.name);
    const inputs = node.inputs.map((input) => {
      if (this.#repeats(input.node)) return this.value(input, arrived);
      // What is kept enters through an Identity that waits; otherwise all would be repeated at once, and stay.
      return input.node.op === 'Const' ? input : identity(here.after([arrived]), input);
    });
    const copy = here.add(lookUp(OP_RULES, node.op), inputs, node.attributes);
    this.#copies.set(node, copy);
    return copy;
  }
}

/** Whether a node is worth repeating: cheap to compute, and as large as feature maps to keep. */
export function isCheapToRepeat({ op, outputs }: GraphNode): boolean {
  const [output] = outputs;
  return REPEATED_OPS.has(op) && output !== undefined && isFloating(output) && output.shape[0] === -1;
}

const REPEATED_OPS: ReadonlySet<string> = new Set(['ConcatV2', 'FusedBatchNormV3', 'Relu', 'Reshape']);
