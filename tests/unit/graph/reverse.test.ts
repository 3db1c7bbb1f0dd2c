import { describe, expect, it } from 'vitest';

import { gradientsOf } from '../../../src-main/graph/gradients/reverse.ts';
import type { Tensor } from '../../../src-main/graph/node.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { equal } from '../../../src-main/graph/ops/equal.ts';
import { cast } from '../../../src-main/graph/ops/cast.ts';
import { integers } from '../../../src-main/graph/ops/constant.ts';
import { mean } from '../../../src-main/graph/ops/mean.ts';
import { multiply } from '../../../src-main/graph/ops/multiply.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { reciprocalSquareRoot } from '../../../src-main/graph/ops/reciprocalSquareRoot.ts';
import { Scope } from '../../../src-main/graph/scope.ts';
import { failureOf } from '../../support/failures.ts';

/** Differentiates the mean of a function of one vector of three. */
function derive(build: (scope: Scope, x: Tensor) => Tensor) {
  const root = Scope.root();
  const x = placeholder(root, 'x', 'float32', [3]);
  const loss = mean(root, build(root, x));
  const [gradient] = gradientsOf(root.child('gradients'), root.graph(), loss, [x]);
  return { gradient, nodes: root.graph().nodes };
}

describe('the reverse walk', () => {
  it('names the op that has no rule', () => {
    const failure = failureOf(() => derive((scope, x) => reciprocalSquareRoot(scope.child('deep'), x)));
    expect(failure.message).toContain('missing gradient for Rsqrt, needed by deep/Rsqrt');
  });

  it('needs no rule for what does not lie between target and loss', () => {
    const beside = (scope: Scope, x: Tensor) => {
      const other = placeholder(scope, 'other', 'float32', [3]);
      return multiply(scope, x, reciprocalSquareRoot(scope, other));
    };
    expect(derive(beside).gradient?.shape).toEqual([3]);
  });

  it('passes nothing through ops that have no gradient by nature', () => {
    const { nodes } = derive((scope, x) => {
      const isZero = cast(scope, equal(scope, cast(scope, x, 'int32'), integers(scope, [0], [])), 'float32');
      return multiply(scope, x, isZero);
    });
    expect(nodes.filter(({ name }) => name.startsWith('gradients/') && name.includes('Cast/'))).toEqual([]);
  });

  it('says so when the loss does not depend on the target', () => {
    const constant = (scope: Scope) => placeholder(scope, 'other', 'float32', [3]);
    expect(failureOf(() => derive(constant)).message).toContain('the loss does not depend on x');
  });

  it('sums what arrives over several ways', () => {
    const { nodes } = derive((scope, x) => add(scope, x, multiply(scope, x, x)));
    const sums = nodes.filter(({ op }) => op === 'AddN').map(({ name, inputs }) => [name, inputs.length]);
    expect(sums).toEqual([['gradients/x/AddN', 3]]);
  });

  it('refuses to differentiate by a factor that was broadcast', () => {
    const build = (scope: Scope, x: Tensor) => multiply(scope, x, placeholder(scope, 'rows', 'float32', [2, 3]));
    expect(failureOf(() => derive(build)).message).toContain('broadcasts');
  });
});
