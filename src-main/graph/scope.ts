/** The only maker of nodes: gives unique names, infers types and shapes, and keeps the order. */

import type { Attributes } from './attributes.ts';
import { at } from './illegal.ts';
import type { Graph, GraphNode, Tensor } from './node.ts';
import { inferOutputs, type OpRule } from './ops/rule.ts';

interface GraphInProgress {
  readonly nodes: GraphNode[];
  readonly names: Set<string>;
}

/** A place in the tree of names where nodes are added. All scopes of one tree add to one graph. */
export class Scope {
  readonly #graph: GraphInProgress;
  readonly #path: string;
  readonly #controlInputs: readonly GraphNode[];

  private constructor(graph: GraphInProgress, path: string, controlInputs: readonly GraphNode[]) {
    this.#graph = graph;
    this.#path = path;
    this.#controlInputs = controlInputs;
  }

  /** An empty graph. */
  static root(): Scope {
    return new Scope({ nodes: [], names: new Set() }, '', []);
  }

  /** The scope `path` below this one. */
  child(path: string): Scope {
    return new Scope(this.#graph, this.#join(path), this.#controlInputs);
  }

  /** The same scope, in which every node also waits for `nodes`. */
  after(nodes: readonly GraphNode[]): Scope {
    return new Scope(this.#graph, this.#path, [...this.#controlInputs, ...nodes]);
  }

  /** Adds a node called `name` (its op's name when absent), with `_1`, `_2`, ... appended when that is taken. */
  add(rule: OpRule, inputs: readonly Tensor[], attributes: Attributes = {}, name: string = rule.op): GraphNode {
    const node: GraphNode = {
      name: this.#claim(this.#join(name)),
      op: rule.op,
      inputs,
      controlInputs: this.#controlInputs,
      attributes,
      outputs: inferOutputs(rule, inputs, attributes),
    };
    this.#graph.nodes.push(node);
    return node;
  }

  /** As `add`, for an op of which the first output is wanted. */
  addTensor(rule: OpRule, inputs: readonly Tensor[], attributes: Attributes = {}, name?: string): Tensor {
    return outputOf(this.add(rule, inputs, attributes, name));
  }

  /** The graph up to now. */
  graph(): Graph {
    return { nodes: [...this.#graph.nodes] };
  }

  #join(path: string): string {
    return this.#path === '' ? path : `${this.#path}/${path}`;
  }

  #claim(wanted: string): string {
    let name = wanted;
    for (let count = 1; this.#graph.names.has(name); count++) name = `${wanted}_${count}`;
    this.#graph.names.add(name);
    return name;
  }
}

/** One output of a node as a tensor. */
export function outputOf(node: GraphNode, index = 0): Tensor {
  return { node, index, ...at(node.outputs, index) };
}

/** All outputs of a node. */
export function outputsOf(node: GraphNode): readonly Tensor[] {
  return node.outputs.map((_, index) => outputOf(node, index));
}

/** The name by which TensorFlow feeds and fetches a tensor. */
export function fetchName(tensor: Tensor): string {
  return tensor.index === 0 ? tensor.node.name : `${tensor.node.name}:${tensor.index}`;
}
