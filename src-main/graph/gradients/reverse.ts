/** Reverse-mode differentiation: one walk from the loss back to the targets. */

import { at, illegal, lookUp } from '../illegal.ts';
import { isFloating, type Graph, type GraphNode, type Tensor } from '../node.ts';
import { addN } from '../ops/addN.ts';
import { fill } from '../ops/fill.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { slice } from '../ops/slice.ts';
import { outputsOf, type Scope } from '../scope.ts';
import { sharedBeginnings, type Beginning } from './beginnings.ts';
import { Recomputation } from './recompute.ts';
import { GRADIENT_RULES, WITHOUT_GRADIENT } from './registry.ts';
import type { GradientRule } from './rule.ts';

/**
 * Gradients of the scalar `loss` with respect to each of `targets`, in their order. `graph` holds what `loss` was made
 * of; new nodes go to `scope`, each under the name of the node that it belongs to. Values of nodes that `repeats`
 * chooses are computed again rather than kept. Throws `internal` when an op on the way has no rule, or when `loss` does
 * not depend on a target.
 */
export function gradientsOf(
  scope: Scope,
  graph: Graph,
  loss: Tensor,
  targets: readonly Tensor[],
  repeats: (node: GraphNode) => boolean = () => false,
): readonly Tensor[] {
  const reached = nodesThatDependOn(graph, targets);
  const beginnings = sharedBeginnings(graph, (tensor) => isOnTheWay(tensor, reached, targets));
  const recomputation = new Recomputation(scope.child('again'), repeats);
  const sums = new GradientSums();
  const one = scope.child(loss.node.name);
  sums.add(loss, fill(one, shapeOf(one, loss), 1));
  for (const node of [...graph.nodes].reverse()) {
    if (!reached.has(node)) continue;
    const here = scope.child(node.name);
    const gradients = outputsOf(node).map((output) => sums.take(here, output));
    const arrived = gradients.find((gradient) => gradient !== undefined);
    if (arrived === undefined) continue;
    const value = (tensor: Tensor) => recomputation.value(tensor, arrived.node);
    const inputs = node.inputs.map(value);
    const outputs = outputsOf(node).map(value);
    const beginning = beginnings.get(node);
    if (beginning !== undefined) sums.add(outputOf(beginning.earlier), commonPart(here, arrived, beginning));
    const wanted = node.inputs.map(
      (input, position) =>
        isFloating(input) && isOnTheWay(input, reached, targets) && position >= (beginning?.pieces ?? 0),
    );
    const found = ruleOf(node)({ scope: here, node, inputs, outputs, gradients, wanted });
    node.inputs.forEach((input, position) => {
      const gradient = found[position];
      if (wanted[position] && gradient !== undefined) sums.add(input, gradient);
    });
  }
  return targets.map((target) => {
    const gradient = sums.take(scope.child(target.node.name), target);
    return gradient ?? illegal(`the loss does not depend on ${target.node.name}`);
  });
}

function outputOf(node: GraphNode): Tensor {
  return at(outputsOf(node), 0);
}

/** The part of a concatenation's gradient that is as wide as the earlier one; what of it belongs to padding is not used. */
function commonPart(scope: Scope, gradient: Tensor, { earlier }: Beginning): Tensor {
  const { shape } = outputOf(earlier);
  return slice(
    scope,
    gradient,
    shape.map(() => 0),
    shape,
  );
}

/** Nodes of `graph`, the targets' own left out, through which a change of a target is felt. */
function nodesThatDependOn(graph: Graph, targets: readonly Tensor[]): ReadonlySet<GraphNode> {
  const reached = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (WITHOUT_GRADIENT.has(node.op)) continue;
    if (node.inputs.some((input) => isOnTheWay(input, reached, targets))) reached.add(node);
  }
  return reached;
}

function isOnTheWay(input: Tensor, reached: ReadonlySet<GraphNode>, targets: readonly Tensor[]): boolean {
  return reached.has(input.node) || targets.some((target) => isSame(target, input));
}

function isSame(first: Tensor, second: Tensor): boolean {
  return first.node === second.node && first.index === second.index;
}

function ruleOf(node: GraphNode): GradientRule {
  if (!GRADIENT_RULES.has(node.op)) illegal(`missing gradient for ${node.op}, needed by ${node.name}`);
  return lookUp(GRADIENT_RULES, node.op);
}

/** Gradients that have arrived at tensors and are still to be summed. */
class GradientSums {
  readonly #arrived = new Map<GraphNode, Map<number, Tensor[]>>();

  add(tensor: Tensor, gradient: Tensor): void {
    const ofNode = this.#arrived.get(tensor.node) ?? new Map<number, Tensor[]>();
    this.#arrived.set(tensor.node, ofNode);
    ofNode.set(tensor.index, [...(ofNode.get(tensor.index) ?? []), gradient]);
  }

  /** The sum of what has arrived, which is then complete; undefined when nothing has. */
  take(scope: Scope, tensor: Tensor): Tensor | undefined {
    const terms = this.#arrived.get(tensor.node)?.get(tensor.index);
    return terms === undefined ? undefined : addN(scope, terms);
  }
}
