import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { averagePool } from '../../../src-main/graph/ops/averagePool.ts';
import { concat } from '../../../src-main/graph/ops/concat.ts';
import { floats, integers } from '../../../src-main/graph/ops/constant.ts';
import { convolution } from '../../../src-main/graph/ops/convolution.ts';
import { convolutionInputGradient } from '../../../src-main/graph/ops/convolutionInputGradient.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { reshape } from '../../../src-main/graph/ops/reshape.ts';
import { shapeOf } from '../../../src-main/graph/ops/shapeOf.ts';
import { slice } from '../../../src-main/graph/ops/slice.ts';
import { Scope } from '../../../src-main/graph/scope.ts';
import { broadcastShape, knownValues } from '../../../src-main/graph/shapes.ts';
import { failureOf } from '../../support/failures.ts';

const scope = Scope.root();

/** A fed float32 tensor. */
function fed(...shape: readonly number[]) {
  return placeholder(scope, 'x', 'float32', shape);
}

describe('shapes', () => {
  it.each([
    [[-1, 32, 32, 3], [3], [-1, 32, 32, 3]],
    [[3], [-1, 32, 32, 3], [-1, 32, 32, 3]],
    [[-1, 1], [5], [-1, 5]],
    [
      [-1, 4],
      [2, 4],
      [2, 4],
    ],
    [[], [2], [2]],
  ])('broadcast %j with %j to %j', (a, b, expected) => {
    expect(broadcastShape(a, b)).toEqual(expected);
  });

  it('refuse to broadcast when two sizes differ', () => {
    expect(failureOf(() => broadcastShape([2, 3], [2, 4])).message).toContain('[2,3] and [2,4] do not broadcast');
  });

  it('are followed through shape arithmetic inside the graph', () => {
    const x = fed(-1, 5, 7);
    const rest = concat(scope, [slice(scope, shapeOf(scope, x), [0], [2]), integers(scope, [9])], 0);
    expect(knownValues(rest)).toEqual([-1, 5, 9]);
  });

  it('keep the one unknown size of a reshaped tensor, or find it', () => {
    expect(reshape(scope, fed(-1, 4, 3), [-1, 3]).shape).toEqual([-1, 3]);
    expect(reshape(scope, fed(2, 4, 3), [-1, 3]).shape).toEqual([8, 3]);
    expect(failureOf(() => reshape(scope, fed(2, 4), [3, 3])).message).toContain('[2,4] cannot take the shape [3,3]');
    expect(failureOf(() => reshape(scope, fed(2, 4), [-1, 3])).message).toContain('cannot take');
  });
});

describe('the window of a convolution', () => {
  const kernel = (size: number) => floats(scope, Array<number>(size * size).fill(0), [size, size, 1, 1]);

  it('leaves the size that torch computes, whatever kernel, stride and padding', () => {
    const cases = fc.record({
      edge: fc.integer({ min: 7, max: 40 }),
      size: fc.integer({ min: 1, max: 7 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ edge, size, stride, padding }) => {
        const result = convolution(scope, fed(-1, edge, edge, 1), kernel(size), { size, stride, padding });
        const expected = Math.floor((edge + 2 * padding - size) / stride) + 1;
        expect(result.shape).toEqual([-1, expected, expected, 1]);
      }),
    );
  });

  it('floors odd sizes in pooling, and does not fit into less than itself', () => {
    expect(averagePool(scope, fed(-1, 5, 4, 2), [2, 2], [2, 2]).shape).toEqual([-1, 2, 2, 2]);
    expect(failureOf(() => averagePool(scope, fed(-1, 1, 4, 2), [2, 2], [2, 2])).message).toContain('does not fit');
  });

  it('never reaches the input gradient of a 1x1 kernel, which is wrong on some CPUs', () => {
    const maps = fed(-1, 4, 4, 1);
    const { attributes } = convolution(scope, maps, kernel(1), { size: 1, stride: 1, padding: 0 }).node;
    const derive = () => convolutionInputGradient(scope, shapeOf(scope, maps), kernel(1), maps, attributes);
    expect(failureOf(derive).message).toContain('1x1');
  });
});
