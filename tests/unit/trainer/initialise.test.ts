import { describe, expect, it } from 'vitest';
import { planModel } from '../../../src-main/model/plan.ts';
import { initialState, initialTensor } from '../../../src-main/trainer/initialise.ts';
import { TINY_MODEL } from '../../support/trainer/jobs.ts';

function weights(name: string, shape: readonly number[], seed = 1): Float32Array {
  return initialTensor({ name, role: 'weights', shape, trainable: true }, seed).data;
}

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation };
}

/** As this machine computed them when the format was frozen. */
const STORED_FIRST = [-0.03316781297326088, 0.2081829160451889, -0.09354528039693832, -0.2878058850765228];

describe('initialTensor', () => {
  it('draws convolutions from normal(0, sqrt(2 / (kernel area x outputs))), fan-out as released', () => {
    const { mean, deviation } = moments(weights('block1/layer1/conv2/weights', [3, 3, 48, 200]));
    const expected = Math.sqrt(2 / (9 * 200));
    // 86,400 draws: one standard error of mean and deviation is 0.34 % and 0.24 % of the deviation.
    expect(Math.abs(mean)).toBeLessThan(0.015 * expected);
    expect(deviation / expected).toBeCloseTo(1, 1.8);
  });

  it('draws a normal distribution and not just its first two moments', () => {
    const values = weights('stem/conv/weights', [3, 3, 64, 100]);
    const scale = Math.sqrt(2 / 900);
    const within = (deviations: number): number =>
      values.filter((value) => Math.abs(value) < deviations * scale).length / values.length;
    expect(within(1)).toBeCloseTo(0.6827, 1.8);
    expect(within(2)).toBeCloseTo(0.9545, 1.8);
  });

  it('draws the linear layer evenly within 1 / sqrt(inputs)', () => {
    const values = weights('classifier/weights', [100, 500]);
    expect(Math.max(...values)).toBeLessThanOrEqual(0.1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.1);
    expect(moments(values).deviation).toBeCloseTo(0.1 / Math.sqrt(3), 3);
  });

  it('is a function of seed and name alone', () => {
    const shape = [1, 1, 8, 16];
    expect(weights('a', shape, 7)).toEqual(weights('a', shape, 7));
    expect(weights('a', shape, 7)).not.toEqual(weights('a', shape, 8));
    expect(weights('a', shape, 7)).not.toEqual(weights('b', shape, 7));
  });

  it('gives the same numbers on every machine', () => {
    const first = [...weights('stem/conv/weights', [3, 3, 1, 8], 1).subarray(0, 4)];
    expect(first).toEqual(STORED_FIRST);
  });
});

describe('initialState', () => {
  it('covers every variable in order: scales and variances 1, offsets, means and velocities 0', () => {
    const plan = planModel(TINY_MODEL, { height: 8, width: 8, channels: 1 }, 3);
    const planned = plan.layers.flatMap(({ tensors }) => tensors);
    const variables = planned.flatMap(({ name, shape, trainable }) => [
      { name, shape, role: trainable ? ('parameter' as const) : ('movingAverage' as const) },
      ...(trainable ? [{ name: `${name}/velocity`, shape, role: 'velocity' as const }] : []),
    ]);
    const state = initialState(plan, variables, 1);
    expect(state.map(({ name }) => name)).toEqual(variables.map(({ name }) => name));
    const byName = new Map(state.map((tensor) => [tensor.name, tensor]));
    const constant = (name: string): number | undefined => {
      const values = new Set(byName.get(name)?.data);
      return values.size === 1 ? [...values][0] : undefined;
    };
    expect(constant('head/norm/gamma')).toBe(1);
    expect(constant('head/norm/movingVariance')).toBe(1);
    expect(constant('head/norm/beta')).toBe(0);
    expect(constant('head/norm/movingMean')).toBe(0);
    expect(constant('classifier/bias')).toBe(0);
    expect(constant('stem/conv/weights/velocity')).toBe(0);
    expect(constant('stem/conv/weights')).toBeUndefined();
  });

  it('refuses a variable that nothing says how to start', () => {
    const plan = planModel(TINY_MODEL, { height: 8, width: 8, channels: 1 }, 3);
    expect(() => initialState(plan, [{ name: 'ghost', role: 'parameter', shape: [1] }], 1)).toThrow('ghost');
  });
});
