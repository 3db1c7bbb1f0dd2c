/** Checks a graph against the rules of its ops before TensorFlow sees it. */

import { at, illegal } from './illegal.ts';
import type { Graph, GraphNode, Tensor, TensorType } from './node.ts';
import { OP_RULES } from './ops/registry.ts';
import { inferOutputs } from './ops/rule.ts';

/** What TensorFlow allows in the name of a node. */
const LEGAL_NAME = /^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/;

/**
 * Throws `internal`, naming the node, unless every node has a legal unique name and a known op, reads only what comes
 * before it, and has the outputs that its op's rule infers; and unless every endpoint (`name` or `name:1`) exists.
 */
export function verifyGraph(graph: Graph, endpoints: readonly string[]): void {
  const seen = new Map<string, GraphNode>();
  for (const node of graph.nodes) {
    if (!LEGAL_NAME.test(node.name)) illegal(`"${node.name}" is no name for a node`);
    if (seen.has(node.name)) illegal(`two nodes are called ${node.name}`);
    for (const input of node.inputs) verifyInput(node, input, seen);
    for (const before of node.controlInputs) {
      if (seen.get(before.name) !== before) illegal(`${node.name} waits for ${before.name}, which does not come first`);
    }
    verifyOutputs(node);
    seen.set(node.name, node);
  }
  for (const endpoint of endpoints) verifyEndpoint(endpoint, seen);
}

function verifyInput(node: GraphNode, input: Tensor, seen: ReadonlyMap<string, GraphNode>): void {
  const source = seen.get(input.node.name);
  if (source !== input.node) illegal(`${node.name} reads ${input.node.name}, which does not come first`);
  const output = input.node.outputs[input.index];
  if (output === undefined || !isSameType(output, input)) {
    illegal(`${node.name} reads output ${input.index} of ${input.node.name} as something that it is not`);
  }
}

function verifyOutputs(node: GraphNode): void {
  const rule = OP_RULES.get(node.op) ?? illegal(`${node.name} has the unknown op ${node.op}`);
  const inferred = inferOutputs(rule, node.inputs, node.attributes);
  const isRight =
    inferred.length === node.outputs.length &&
    inferred.every((type, index) => isSameType(type, at(node.outputs, index)));
  if (!isRight) illegal(`the outputs of ${node.name} are not those of ${node.op}`);
}

function verifyEndpoint(endpoint: string, seen: ReadonlyMap<string, GraphNode>): void {
  const [name = '', index = '0'] = endpoint.split(':');
  if (seen.get(name)?.outputs[Number(index)] === undefined) illegal(`there is no tensor ${endpoint} to feed or fetch`);
}

function isSameType(first: TensorType, second: TensorType): boolean {
  return (
    first.dataType === second.dataType &&
    first.shape.length === second.shape.length &&
    first.shape.every((size, axis) => size === second.shape[axis])
  );
}
