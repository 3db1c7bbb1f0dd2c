import { describe, expect, it } from 'vitest';

import { integers, scalar } from '../../../src-main/graph/ops/constant.ts';
import { identity } from '../../../src-main/graph/ops/identity.ts';
import { matMul } from '../../../src-main/graph/ops/matMul.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { fetchName, outputOf, Scope } from '../../../src-main/graph/scope.ts';
import { failureOf } from '../../support/failures.ts';

describe('a scope', () => {
  it('names nodes by their place and op, and counts what is there already', () => {
    const scope = Scope.root().child('block1').child('layer2');
    expect(scalar(scope, 1).node.name).toBe('block1/layer2/Const');
    expect(scalar(scope, 1).node.name).toBe('block1/layer2/Const_1');
    expect(identity(scope, scalar(scope, 1), 'result').node.name).toBe('block1/layer2/result');
  });

  it('never gives one name twice, whatever was asked for', () => {
    const root = Scope.root();
    const names = ['a', 'a_1', 'a', 'a'].map((name) => placeholder(root, name, 'int32', []).node.name);
    expect(new Set(names).size).toBe(4);
  });

  it('makes nodes wait for others where it is told to', () => {
    const root = Scope.root();
    const first = scalar(root, 1);
    const second = identity(root.after([first.node]).child('later'), first);
    expect(second.node.controlInputs).toEqual([first.node]);
    expect(first.node.controlInputs).toEqual([]);
  });

  it('keeps all nodes of its tree in the order in which they were made', () => {
    const root = Scope.root();
    integers(root.child('b'), [1]);
    integers(root.child('a'), [2]);
    expect(root.graph().nodes.map(({ name }) => name)).toEqual(['b/Const', 'a/Const']);
  });

  it('refuses a node that its op does not allow, and says why', () => {
    const root = Scope.root();
    const a = placeholder(root, 'a', 'float32', [-1, 3]);
    const b = placeholder(root, 'b', 'float32', [4, 2]);
    expect(failureOf(() => matMul(root, a, b))).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('MatMul of 3 columns with 4 rows'),
    });
    expect(failureOf(() => matMul(root, a, integers(root, [1, 2], [1, 2]))).message).toContain(
      'input 1 of MatMul is int32 instead of float32',
    );
  });

  it('writes tensor names as TensorFlow does', () => {
    const node = placeholder(Scope.root(), 'x', 'int32', []).node;
    const two = { ...node, outputs: [...node.outputs, ...node.outputs] };
    expect([outputOf(two), outputOf(two, 1)].map(fetchName)).toEqual(['x', 'x:1']);
  });
});
