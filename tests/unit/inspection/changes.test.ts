import { describe, expect, it } from 'vitest';

import type { ModelSpec } from '../../../src-main/contract/model.ts';
import type { NetworkChange } from '../../../src-main/contract/study.ts';
import { changeWeights } from '../../../src-main/inspection/changes.ts';
import { planModel, tensorsOf } from '../../../src-main/model/plan.ts';
import { failureOf } from '../../support/failures.ts';
import { buildResNet, buildSpec, TINY_PLAIN } from '../../support/models.ts';

/** Two blocks of two layers; two maps from the stem, two added by each layer, no bottleneck, three classes. */
const DENSE = buildSpec({ blockLayers: [2, 2], growthRate: 2, initialFeatures: 2 });

function change(spec: ModelSpec, ...changes: readonly NetworkChange[]) {
  const plan = planModel(spec, { height: 8, width: 8, channels: 1 }, 3);
  const weights = new Map(
    tensorsOf(plan).map(({ name, shape }) => {
      const size = shape.reduce((product, each) => product * each, 1);
      return [name, Float32Array.from({ length: size }, (_, at) => 0.01 * (at + 1))] as const;
    }),
  );
  const { values, ...counts } = changeWeights(plan, weights, changes);
  const touched = [...values].filter(([name, data]) => data.some((value, at) => value !== weights.get(name)?.[at]));
  return { ...counts, values, touched: touched.map(([name]) => name), weights };
}

/** Which input maps a tensor [..., in, out] gives no weight to. */
function silent(values: Float32Array | undefined, inputs: number, outputs: number): readonly number[] {
  return Array.from({ length: inputs }, (_, map) => map).filter((map) =>
    values?.every((value, at) => Math.floor(at / outputs) % inputs !== map || value === 0),
  );
}

describe('changes to weights', () => {
  it("cut one connection: the reader's weights of the source's maps, and no others", () => {
    const { touched, values, zeroed } = change(DENSE, {
      kind: 'cut',
      source: 'block1/layer1',
      reader: 'block1/layer2',
    });
    expect(touched).toEqual(['block1/layer2/conv1/weights']);
    expect(silent(values.get('block1/layer2/conv1/weights'), 4, 2)).toEqual([2, 3]);
    expect(zeroed).toBe(9 * 2 * 2);
  });

  it('cut what the classifier reads, past BN, ReLU and pooling', () => {
    const { touched, values } = change(DENSE, { kind: 'cut', source: 'block2/layer2', reader: 'classifier' });
    expect(touched).toEqual(['classifier/weights']);
    const features = (values.get('classifier/weights')?.length ?? 0) / 3;
    expect(silent(values.get('classifier/weights'), features, 3)).toEqual([features - 2, features - 1]);
  });

  it('drop a dense layer: nobody reads its maps any more', () => {
    const { touched } = change(DENSE, { kind: 'drop', unit: 'block1/layer1' });
    expect(touched).toEqual(['block1/layer2/conv1/weights', 'transition1/conv/weights']);
  });

  it('drop a residual unit: its branch adds nothing', () => {
    const original = change(buildResNet(), { kind: 'drop', unit: 'stage1/unit1' });
    expect(original.touched).toEqual(['stage1/unit1/norm2/gamma', 'stage1/unit1/norm2/beta']);
    const form = { form: 'preactivation', finalSurvival: 0.5 } as const;
    const preactivated = change(buildResNet(form), { kind: 'drop', unit: 'stage1/unit1' });
    expect(preactivated.touched).toEqual(['stage1/unit1/conv2/weights']);
  });

  it('round weights to 8 bits by a scale of each output', () => {
    const { values, weights, touched } = change(DENSE, { kind: 'quantise', bits: 8 });
    expect(touched.every((name) => name.endsWith('/weights'))).toBe(true);
    const [before, after] = [weights, values].map((of) => of.get('stem/conv/weights') ?? new Float32Array(0));
    for (const output of [0, 1]) {
      const own = (of: Float32Array | undefined) => Array.from(of ?? []).filter((_, at) => at % 2 === output);
      const scale = Math.max(...own(before)) / 127;
      own(after).forEach((value, at) => {
        expect(Math.abs(value - (own(before)[at] ?? NaN))).toBeLessThanOrEqual(scale / 2 + 1e-7);
        expect(value / scale).toBeCloseTo(Math.round(value / scale), 3);
      });
    }
  });

  it('follow one another, and leave the given weights as they were', () => {
    const { zeroed, rounded, weights } = change(
      DENSE,
      { kind: 'cut', source: 'stem', reader: 'block1/layer1' },
      { kind: 'quantise', bits: 4 },
    );
    expect(zeroed).toBe(9 * 2 * 2);
    expect(rounded).toBeGreaterThan(0);
    expect(weights.get('block1/layer1/conv1/weights')?.every((value) => value > 0)).toBe(true);
  });

  it.each([
    [DENSE, { kind: 'cut', source: 'block1/layer2', reader: 'block1/layer1' }, 'block1/layer1 does not read'],
    [DENSE, { kind: 'cut', source: 'block9/layer2', reader: 'block1/layer1' }, 'no unit "block9/layer2"'],
    [DENSE, { kind: 'drop', unit: 'transition1' }, 'nothing reaches'],
    [TINY_PLAIN, { kind: 'drop', unit: 'stage1/layer1' }, 'no unit'],
    [buildResNet(), { kind: 'cut', source: 'stem', reader: 'stage1/unit1' }, 'past its convolutions'],
  ] as const)('are refused where they make no sense', (spec, asked, why) => {
    expect(failureOf(() => change(spec, asked)).message).toContain(why);
  });
});
