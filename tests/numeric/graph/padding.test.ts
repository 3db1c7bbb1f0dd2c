import { describe, expect, it } from 'vitest';

import { gradientsOf } from '../../../src-main/graph/gradients/reverse.ts';
import { activationOf, joinedForBatchNorm } from '../../../src-main/graph/lower/activation.ts';
import type { Tensor } from '../../../src-main/graph/node.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { matMul } from '../../../src-main/graph/ops/matMul.ts';
import { mean } from '../../../src-main/graph/ops/mean.ts';
import { multiply } from '../../../src-main/graph/ops/multiply.ts';
import { pad } from '../../../src-main/graph/ops/pad.ts';
import { placeholder } from '../../../src-main/graph/ops/placeholder.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import { reshape } from '../../../src-main/graph/ops/reshape.ts';
import { fetchName, Scope } from '../../../src-main/graph/scope.ts';
import { channelsOf } from '../../../src-main/graph/shapes.ts';
import { openSession } from '../../../src-main/tensorflow/session.ts';
import { float32Data, float32Tensor } from '../../../src-main/tensorflow/tensor.ts';
import { relativeDifference, uniform } from '../../support/graph/numbers.ts';

const CHANNELS = 5;
const OUTPUTS = 3;

/** BatchNorm, ReLU and 1x1 convolution of 5 channels, padded to 8 or not: result, and gradients of all four inputs. */
function run(padded: boolean): readonly Float32Array[] {
  const root = Scope.root();
  const x = placeholder(root, 'x', 'float32', [-1, 3, 4, CHANNELS]);
  const gamma = placeholder(root, 'gamma', 'float32', [CHANNELS]);
  const beta = placeholder(root, 'beta', 'float32', [CHANNELS]);
  const weights = placeholder(root, 'weights', 'float32', [OUTPUTS, CHANNELS]);
  const maps = padded ? joinedForBatchNorm(root, activationOf(x, CHANNELS)) : x;
  const missing = channelsOf(maps.shape) - CHANNELS;
  const widen = (vector: Tensor) => (missing === 0 ? vector : pad(root, vector, [[0, missing]]));
  const rows =
    missing === 0
      ? weights
      : pad(root, weights, [
          [0, 0],
          [0, missing],
        ]);
  const active = relu(root, batchNorm(root, maps, widen(gamma), widen(beta), 1e-5).output);
  const result = matMul(root, reshape(root, active, [-1, channelsOf(maps.shape)]), rows, { b: true });
  const loss = mean(root, multiply(root, result, result));
  const gradients = gradientsOf(root.child('gradients'), root.graph(), loss, [x, gamma, beta, weights]);
  const session = openSession(root.graph());
  const feeds = {
    x: float32Tensor([2, 3, 4, CHANNELS], uniform(2 * 3 * 4 * CHANNELS, 1)),
    gamma: float32Tensor([CHANNELS], uniform(CHANNELS, 2)),
    beta: float32Tensor([CHANNELS], uniform(CHANNELS, 3)),
    weights: float32Tensor([OUTPUTS, CHANNELS], uniform(OUTPUTS * CHANNELS, 4)),
  };
  const values = session.run(feeds, [result, ...gradients].map(fetchName)).map(float32Data);
  session.close();
  return values;
}

describe('padding the channels that BatchNorm reads', () => {
  it('changes neither the result nor a gradient', () => {
    const plain = run(false);
    run(true).forEach((values, position) => {
      expect(relativeDifference(values, plain[position] ?? [])).toBeLessThan(2e-6);
    });
  });
});
