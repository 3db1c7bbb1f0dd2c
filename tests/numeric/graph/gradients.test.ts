import { describe, expect, it } from 'vitest';

import type { Scope } from '../../../src-main/graph/scope.ts';
import { GRADIENT_RULES } from '../../../src-main/graph/gradients/registry.ts';
import type { Tensor } from '../../../src-main/graph/node.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { averagePool } from '../../../src-main/graph/ops/averagePool.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { biasAdd } from '../../../src-main/graph/ops/biasAdd.ts';
import { concat } from '../../../src-main/graph/ops/concat.ts';
import { floats, integers } from '../../../src-main/graph/ops/constant.ts';
import { convolution } from '../../../src-main/graph/ops/convolution.ts';
import { crossEntropy } from '../../../src-main/graph/ops/crossEntropy.ts';
import { at } from '../../../src-main/graph/illegal.ts';
import { identity } from '../../../src-main/graph/ops/identity.ts';
import { matMul } from '../../../src-main/graph/ops/matMul.ts';
import { maxPool } from '../../../src-main/graph/ops/maxPool.ts';
import { mean } from '../../../src-main/graph/ops/mean.ts';
import { multiply } from '../../../src-main/graph/ops/multiply.ts';
import { pad } from '../../../src-main/graph/ops/pad.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import { reshape } from '../../../src-main/graph/ops/reshape.ts';
import { sigmoid } from '../../../src-main/graph/ops/sigmoid.ts';
import { slice } from '../../../src-main/graph/ops/slice.ts';
import { softmaxCrossEntropy } from '../../../src-main/graph/ops/softmaxCrossEntropy.ts';
import { split } from '../../../src-main/graph/ops/split.ts';
import { sum } from '../../../src-main/graph/ops/sum.ts';
import { subtract } from '../../../src-main/graph/ops/subtract.ts';
import { gradientError } from '../../support/graph/gradientCheck.ts';
import { sizeOf, uniform, wellSeparated } from '../../support/graph/numbers.ts';

type Shape = readonly number[];

interface Case {
  readonly op: string;
  readonly title: string;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** `x(i)` is the i-th input. */
  readonly build: (scope: Scope, x: (position: number) => Tensor) => Tensor;
  /** Where the function is curved: a smaller step, and a bound for what curvature and rounding leave. */
  readonly curved?: { readonly step: number; readonly tolerance: number };
  /** Values that stay away from kinks and ties. */
  readonly separated?: true;
}

/** What float32 leaves of a linear function's difference. */
const EXACT = 2e-5;
const IMAGE: Shape = [2, 5, 6, 3];
const SAME = { size: 3, stride: 1, padding: 1 };
const VALID = { size: 3, stride: 1, padding: 0 };
const STEM = { size: 7, stride: 2, padding: 3 };

const CASES: readonly Case[] = [
  {
    op: 'AddV2',
    title: 'a + b',
    inputs: [
      [2, 3],
      [2, 3],
    ],
    output: [2, 3],
    build: (s, x) => add(s, x(0), x(1)),
  },
  { op: 'AddV2', title: 'a + a', inputs: [[2, 3]], output: [2, 3], build: (s, x) => add(s, x(0), x(0)) },
  {
    op: 'Mul',
    title: 'a · b',
    inputs: [
      [2, 3],
      [2, 3],
    ],
    output: [2, 3],
    build: (s, x) => multiply(s, x(0), x(1)),
  },
  {
    op: 'Sub',
    title: 'a - b',
    inputs: [
      [2, 3],
      [2, 3],
    ],
    output: [2, 3],
    build: (s, x) => subtract(s, x(0), x(1)),
  },
  {
    op: 'Sigmoid',
    title: 'x',
    inputs: [[4, 5]],
    output: [4, 5],
    build: (s, x) => sigmoid(s, x(0)),
    curved: { step: 0.02, tolerance: 1e-3 },
  },
  {
    op: 'AvgPool',
    title: 'every second pixel',
    inputs: [[2, 5, 4, 2]],
    output: [2, 3, 2, 2],
    build: (s, x) => averagePool(s, x(0), [1, 1], [2, 2]),
  },
  { op: 'Identity', title: 'x', inputs: [[2, 3]], output: [2, 3], build: (s, x) => identity(s, x(0)) },
  { op: 'BiasAdd', title: 'x + b', inputs: [[4, 3], [3]], output: [4, 3], build: (s, x) => biasAdd(s, x(0), x(1)) },
  {
    op: 'Reshape',
    title: 'one size unknown',
    inputs: [[2, 6]],
    output: [4, 3],
    build: (s, x) => reshape(s, x(0), [-1, 3]),
  },
  {
    op: 'Reshape',
    title: 'two sizes unknown',
    inputs: [
      [2, 6],
      [4, 4],
    ],
    output: [12],
    // The product of two matrices of unknown sizes has two unknown sizes itself.
    build: (s, x) => reshape(s, matMul(s, reshape(s, x(0), [-1, 4]), x(1), { b: true }), [-1]),
    curved: { step: 0.25, tolerance: EXACT },
  },
  {
    op: 'ConcatV2',
    title: 'channels of two',
    inputs: [
      [2, 2, 2, 3],
      [2, 2, 2, 2],
    ],
    output: [2, 2, 2, 10],
    build: (s, x) => concat(s, [x(0), x(1), x(1), x(0)], 3),
  },
  {
    op: 'SplitV',
    title: 'a piece used twice, one never',
    inputs: [[9]],
    output: [5],
    build: (s, x) => {
      const pieces = split(s, reshape(s, x(0), [9]), [2, 4, 3]);
      return concat(s, [...pieces.slice(0, 1), ...pieces.slice(2)], 0);
    },
  },
  {
    op: 'Slice',
    title: 'a box',
    inputs: [IMAGE],
    output: [2, 3, 2, 2],
    build: (s, x) => slice(s, x(0), [0, 1, 4, 0], [-1, 3, 2, 2]),
  },
  {
    op: 'Pad',
    title: 'uneven margins',
    inputs: [[2, 2, 3, 1]],
    output: [2, 5, 4, 3],
    build: (s, x) =>
      pad(s, x(0), [
        [0, 0],
        [1, 2],
        [0, 1],
        [2, 0],
      ]),
  },
  { op: 'Mean', title: 'all elements', inputs: [[3, 4]], output: [], build: (s, x) => mean(s, x(0)) },
  {
    op: 'Relu',
    title: 'both sides of the kink',
    inputs: [[4, 5]],
    output: [4, 5],
    build: (s, x) => relu(s, x(0)),
    curved: { step: 0.01, tolerance: EXACT },
    separated: true,
  },
  {
    op: 'AvgPool',
    title: '2x2 with a rest',
    inputs: [[2, 5, 4, 2]],
    output: [2, 2, 2, 2],
    build: (s, x) => averagePool(s, x(0), [2, 2], [2, 2]),
  },
  {
    op: 'AvgPool',
    title: 'whole maps',
    inputs: [[2, 3, 4, 2]],
    output: [2, 1, 1, 2],
    build: (s, x) => averagePool(s, x(0), [3, 4], [3, 4]),
  },
  {
    op: 'MaxPool',
    title: '3x3/2, overlapping',
    inputs: [[2, 7, 5, 2]],
    output: [2, 3, 2, 2],
    build: (s, x) => maxPool(s, x(0), [3, 3], [2, 2]),
    curved: { step: 0.01, tolerance: 1e-4 },
    separated: true,
  },
  {
    op: 'Conv2D',
    title: '3x3, as large as its input',
    inputs: [IMAGE, [3, 3, 3, 4]],
    output: [2, 5, 6, 4],
    build: (s, x) => convolution(s, x(0), reshape(s, x(1), [3, 3, 3, 4]), SAME),
  },
  {
    op: 'Conv2D',
    title: '3x3 without padding',
    inputs: [IMAGE, [3, 3, 3, 4]],
    output: [2, 3, 4, 4],
    build: (s, x) => convolution(s, x(0), reshape(s, x(1), [3, 3, 3, 4]), VALID),
  },
  {
    op: 'Conv2D',
    title: '7x7/2 with 3 zeros on every side',
    inputs: [
      [2, 9, 8, 2],
      [7, 7, 2, 3],
    ],
    output: [2, 5, 4, 3],
    build: (s, x) => convolution(s, x(0), reshape(s, x(1), [7, 7, 2, 3]), STEM),
  },
  {
    op: 'FusedBatchNormV3',
    title: 'x, gamma and beta',
    inputs: [[3, 2, 4, 3], [3], [3]],
    output: [3, 2, 4, 3],
    build: (s, x) => batchNorm(s, x(0), reshape(s, x(1), [3]), reshape(s, x(2), [3]), 1e-3).output,
    curved: { step: 0.01, tolerance: 2e-3 },
  },
  {
    op: 'SparseSoftmaxCrossEntropyWithLogits',
    title: 'logits',
    inputs: [[3, 4]],
    output: [3],
    build: (s, x) => crossEntropy(s, x(0), integers(s, [2, 0, 3])),
    curved: { step: 0.02, tolerance: 1e-3 },
  },
  {
    op: 'SoftmaxCrossEntropyWithLogits',
    title: 'logits, of probabilities',
    inputs: [[2, 3]],
    output: [2],
    build: (s, x) => softmaxCrossEntropy(s, x(0), floats(s, [0.2, 0.5, 0.3, 0.9, 0.1, 0], [2, 3])),
    curved: { step: 0.02, tolerance: 1e-3 },
  },
  { op: 'Sum', title: 'all elements', inputs: [[3, 4]], output: [], build: (s, x) => sum(s, x(0)) },
  ...matMulCases(),
];

/** Every choice of what is transposed. */
function matMulCases(): readonly Case[] {
  return [false, true].flatMap((a) =>
    [false, true].map((b): Case => ({
      op: 'MatMul',
      title: `${a ? 'aᵀ' : 'a'} · ${b ? 'bᵀ' : 'b'}`,
      inputs: [a ? [5, 2] : [2, 5], b ? [3, 5] : [5, 3]],
      output: [2, 3],
      build: (s, x) => matMul(s, x(0), x(1), { a, b }),
    })),
  );
}

describe('the gradient of', () => {
  for (const { op, title, inputs, output, build, curved, separated } of CASES) {
    it(`${op}: ${title}`, () => {
      const values = separated ? wellSeparated : uniform;
      const error = gradientError({
        inputs: inputs.map((shape, position) => ({ shape, data: values(sizeOf(shape), position + 1) })),
        outputShape: output,
        build: (scope, tensors) => build(scope, (position) => at(tensors, position)),
        step: curved?.step ?? 0.5,
      });
      expect(error).toBeLessThan(curved?.tolerance ?? EXACT);
    });
  }

  it('every op that has a rule is checked here', () => {
    // A whole block is held to the stock graph's gradients, which are these, in blocks.test.ts; a Cast to bfloat16 is too
    // coarse for differences, and bfloat16 steps are held beside float32 ones.
    const elsewhere = ['Cast', 'DenseLabDenseBlock'];
    const rules = [...GRADIENT_RULES.keys()].filter((op) => !elsewhere.includes(op));
    expect(new Set(CASES.map(({ op }) => op))).toEqual(new Set(rules));
  });
});
