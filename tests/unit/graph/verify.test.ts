import { describe, expect, it } from 'vitest';

import type { Graph, GraphNode } from '../../../src-main/graph/node.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import { Scope } from '../../../src-main/graph/scope.ts';
import { verifyGraph } from '../../../src-main/graph/verify.ts';
import { failureOf } from '../../support/failures.ts';

/** x: [2, 3]; y = relu(x); z = x + y. */
function legalGraph(): Graph {
  const root = Scope.root();
  const x = placeholder(root, 'x', 'float32', [2, 3]);
  add(root.child('z'), x, relu(root.child('y'), x));
  return root.graph();
}

/** The legal graph with the node called `name` changed, and with it what reads it. */
function spoil(name: string, change: (node: GraphNode) => Partial<GraphNode>): Graph {
  const changed = new Map<GraphNode, GraphNode>();
  const nodes = legalGraph().nodes.map((node) => {
    const inputs = node.inputs.map((input) => ({ ...input, node: changed.get(input.node) ?? input.node }));
    const rewired = { ...node, inputs };
    const result = node.name === name ? { ...rewired, ...change(rewired) } : rewired;
    changed.set(node, result);
    return result;
  });
  return { nodes };
}

describe('verifying a graph', () => {
  it('accepts what the scope made', () => {
    expect(() => verifyGraph(legalGraph(), ['x', 'y/Relu', 'z/AddV2:0'])).not.toThrow();
  });

  it.each<[string, Graph, string]>([
    ['an unknown op', spoil('y/Relu', () => ({ op: 'Rely' })), 'y/Relu has the unknown op Rely'],
    ['a name that is taken', spoil('y/Relu', () => ({ name: 'x' })), 'two nodes are called x'],
    ['a name that TensorFlow refuses', spoil('y/Relu', () => ({ name: 'y Relu' })), '"y Relu" is no name'],
    ['an attribute too few', spoil('y/Relu', () => ({ attributes: {} })), 'needs the attribute T'],
    [
      'an attribute too many',
      spoil('y/Relu', ({ attributes }) => ({ attributes: { ...attributes, t: { kind: 'int', value: 1 } } })),
      'Relu has no attribute t',
    ],
    [
      'outputs that its inputs do not give',
      spoil('y/Relu', () => ({ outputs: [{ dataType: 'float32', shape: [2, 4] }] })),
      'the outputs of y/Relu are not those of Relu',
    ],
    ['an input too few', spoil('z/AddV2', ({ inputs }) => ({ inputs: inputs.slice(1) })), 'AddV2 takes 2 inputs'],
    [
      'a type that the source does not have',
      spoil('y/Relu', ({ inputs }) => ({ inputs: inputs.map((input) => ({ ...input, dataType: 'int32' })) })),
      'as something that it is not',
    ],
    ['nodes out of order', { nodes: [...legalGraph().nodes].reverse() }, 'which does not come first'],
    [
      'a control input that comes later',
      spoil('x', () => ({ controlInputs: legalGraph().nodes.slice(2) })),
      'x waits for z/AddV2, which does not come first',
    ],
  ])('refuses %s', (_, graph, reason) => {
    const failure = failureOf(() => verifyGraph(graph, []));
    expect(failure.code).toBe('internal');
    expect(failure.message).toContain(reason);
  });

  it.each(['w', 'x:1', 'x:-1', ''])('refuses an endpoint that is not there: "%s"', (endpoint) => {
    expect(failureOf(() => verifyGraph(legalGraph(), [endpoint])).message).toContain('to feed or fetch');
  });
});
