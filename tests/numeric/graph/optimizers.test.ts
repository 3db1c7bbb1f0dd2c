import { describe, expect, it } from 'vitest';

import { relativeDifference } from '../../support/graph/numbers.ts';
import { KINDS, RunningNetwork, type State } from '../../support/graph/network.ts';

const CLOSE = 1e-6;
const MOMENTUM = 0.9;

describe.each([true, false])('SGD with nesterov %s', (nesterov) => {
  it('follows torch.optim.SGD, also when the learning rate drops', () => {
    const settings = { weightDecay: 0.01, optimizer: { kind: 'sgd', momentum: MOMENTUM, nesterov } } as const;
    RunningNetwork.use({ ...KINDS['basic'], settings }, (network) => {
      [0.1, 0.1, 0.01].forEach((rate, step) => {
        const batch = network.batch(4, step);
        const before = network.read();
        const gradients = network.gradients(batch);
        expect(network.read()).toEqual(before);
        network.step(batch, rate);
        const after = network.read();
        for (const [name, gradient] of Object.entries(gradients)) {
          const velocity = afterMomentum(before, name, gradient);
          const direction = nesterov ? gradient.map((g, i) => g + MOMENTUM * (velocity[i] ?? Number.NaN)) : velocity;
          const weights = (before[name] ?? gradient).map((w, i) => w - rate * (direction[i] ?? Number.NaN));
          expect(relativeDifference(after[`${name}/velocity`] ?? [], velocity), `${name}/velocity`).toBeLessThan(CLOSE);
          expect(relativeDifference(after[name] ?? [], weights), name).toBeLessThan(CLOSE);
        }
      });
    });
  });
});

describe('weight decay', () => {
  it('adds its share of every parameter to the gradient', () => {
    const options = KINDS['basic'] ?? {};
    const gradientsWith = (weightDecay: number) =>
      RunningNetwork.use({ ...options, settings: { weightDecay } }, (network) => ({
        gradients: network.gradients(network.batch(4)),
        state: network.read(),
      }));
    const { gradients, state } = gradientsWith(0.5);
    const plain = gradientsWith(0).gradients;
    for (const [name, gradient] of Object.entries(plain)) {
      const expected = gradient.map((g, index) => g + 0.5 * (state[name]?.[index] ?? Number.NaN));
      expect(relativeDifference(gradients[name] ?? [], expected), name).toBeLessThan(CLOSE);
    }
  });
});

describe('channels that pad a BatchNorm', () => {
  it('stay exactly zero in parameters and velocity while training', () => {
    RunningNetwork.use({ ...KINDS['BC with odd sizes'], settings: { weightDecay: 0.01 } }, (network) => {
      for (let step = 1; step <= 3; step++) network.step(network.batch(4, step), 0.1, step);
      const [parameters] = network.session.run({}, ['parameters/ReadVariableOp']);
      const planned = network.plan.layers.flatMap(({ tensors }) => tensors.filter(({ trainable }) => trainable));
      const real = planned.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
      const values = Array.from(parameters?.dataType === 'float32' ? parameters.data : []);
      expect(values.length).toBeGreaterThan(real);
      expect(values.filter((value) => value !== 0).length).toBeLessThanOrEqual(real);
    });
  });
});

function afterMomentum(before: State, name: string, gradient: Float32Array): Float32Array {
  return gradient.map((g, index) => MOMENTUM * (before[`${name}/velocity`]?.[index] ?? Number.NaN) + g);
}
