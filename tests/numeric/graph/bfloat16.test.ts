import { describe, expect, it } from 'vitest';

import { bfloat16Refusal, precisionEvidence } from '../../../src-main/tensorflow/precision.ts';
import { kernelCases } from '../../../src-main/tensorflow/selftest/cases.ts';
import { checkKernels } from '../../../src-main/tensorflow/selftest/check.ts';
import { KINDS, RunningNetwork, type NetworkOptions, type State } from '../../support/graph/network.ts';

/** Emulated, these kernels are another implementation. */
const supported = bfloat16Refusal('CPU:0', precisionEvidence()) === null;

const SPEC = { blockLayers: [3, 3], growthRate: 12, initialFeatures: 24, bottleneck: true, compression: 0.5 };
const WIDE: NetworkOptions = { spec: SPEC, input: { height: 16, width: 16, channels: 3 }, classes: 4 };

function withPrecision(options: NetworkOptions, precision: 'float32' | 'bfloat16'): NetworkOptions {
  return { ...options, settings: { ...options.settings, precision } };
}

function lossesOf(precision: 'float32' | 'bfloat16'): readonly number[] {
  return RunningNetwork.use(withPrecision(WIDE, precision), (network) =>
    Array.from({ length: 20 }, (_, step) => network.step(network.batch(32, 1), 0.05, step).loss),
  );
}

function gradientsOf(options: NetworkOptions, precision: 'float32' | 'bfloat16'): State {
  return RunningNetwork.use(withPrecision(options, precision), (network) => network.gradients(network.batch(32, 1), 1));
}

describe.skipIf(!supported)('a step in bfloat16', () => {
  it('keeps the loss within 2% of that in float32 over 20 steps', () => {
    const [exact, rounded] = [lossesOf('float32'), lossesOf('bfloat16')];
    const off = rounded.map((loss, step) => Math.abs(loss - (exact[step] ?? NaN)) / (exact[step] ?? NaN));
    expect(Math.max(...off)).toBeLessThan(0.02);
    expect(exact.at(-1)).toBeLessThan(0.8 * (exact[0] ?? NaN));
    expect(rounded).not.toEqual(exact);
  });

  it.each(Object.entries({ ...KINDS, wide: WIDE }))(
    'has a gradient in the direction of that in float32: %s',
    (_, options) => {
      const [exact, rounded] = [gradientsOf(options, 'float32'), gradientsOf(options, 'bfloat16')];
      const [whole, other] = [exact, rounded].map((gradients) => Object.values(gradients).flatMap((each) => [...each]));
      expect(cosine(whole ?? [], other ?? [])).toBeGreaterThan(0.98);
    },
  );

  it('has gradients in the direction of those in float32, tensor by tensor', () => {
    const [exact, rounded] = [gradientsOf(WIDE, 'float32'), gradientsOf(WIDE, 'bfloat16')];
    for (const [name, gradient] of Object.entries(exact)) {
      expect(cosine(gradient, rounded[name] ?? []), name).toBeGreaterThan(0.95);
    }
  });

  it('uses no kernel that the self-test finds wrong', () => {
    RunningNetwork.use(withPrecision(WIDE, 'bfloat16'), ({ model }) => {
      const cases = kernelCases(model.graph);
      expect(cases.some(({ title }) => title.startsWith('Conv2D') && title.includes('bfloat16'))).toBe(true);
      expect(checkKernels(cases)).toEqual([]);
    });
  });

  it('changes no bit when it is recomputed', () => {
    const trained = (recomputation: boolean) =>
      RunningNetwork.use({ ...WIDE, settings: { precision: 'bfloat16', recomputation } }, (network) => {
        for (let step = 1; step <= 3; step++) network.step(network.batch(4, step), 0.1, step);
        return network.read();
      });
    expect(trained(true)).toEqual(trained(false));
  });
});

function cosine(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let [product, a, b] = [0, 0, 0];
  Array.from(first).forEach((value, index) => {
    const other = second[index] ?? NaN;
    product += value * other;
    a += value * value;
    b += other * other;
  });
  return product / Math.sqrt(a * b);
}
