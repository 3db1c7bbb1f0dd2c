import { describe, expect, it } from 'vitest';
import { planModel } from '../../../src-main/model/plan.ts';
import type { DenseNetSpec } from '../../../src-main/contract/model.ts';
import { modelFromName, PRESETS } from '../../../src-main/model/presets.ts';
import { parseModelSpec } from '../../../src-main/model/spec.ts';
import {
  adjust,
  choiceOf,
  FIRST_CHOICE,
  fittingDepths,
  headingOf,
  specOf,
} from '../../../src-renderer/state/architectureChoice.ts';

describe('the sliders of a network', () => {
  it.each(PRESETS.flatMap(({ name, spec }) => (spec.family === 'densenet' ? [[name, spec] as const] : [])))(
    'say %s exactly',
    (_, spec) => {
      expect(specOf(choiceOf(spec))).toEqual(spec);
    },
  );

  it('offer depths that the main process accepts, and no others', () => {
    for (const stem of ['cifar', 'imagenet'] as const) {
      for (const bottleneck of [true, false]) {
        const { depths, step } = fittingDepths({ stem, bottleneck });
        expect(depths.length).toBeGreaterThan(4);
        depths.slice(1).forEach((depth, index) => {
          if (step !== null) expect(depth - (depths[index] ?? 0)).toBe(step);
        });
        for (const depth of depths) parseModelSpec(specOf({ ...FIRST_CHOICE, stem, bottleneck, depth }));
      }
    }
  });

  it('move to the nearest depth when the bottleneck goes', () => {
    const deep = choiceOf(denseNet('densenet-bc-250-24'));
    expect(adjust(deep, { bottleneck: false }).depth).toBe(250);
    expect(adjust({ ...deep, depth: 241 }, { bottleneck: true }).depth).toBe(238);
    expect(adjust(deep, { stem: 'imagenet' }).depth).toBe(264);
  });

  it('name a network as its plan is built', () => {
    const choice = choiceOf(denseNet('densenet-bc-100-12'));
    expect(headingOf(specOf(choice))).toBe('DenseNet-BC, L = 100, k = 12');
    expect(planModel(specOf(choice), { height: 32, width: 32, channels: 3 }, 10).parameters).toBe(769_162);
    expect(headingOf(specOf({ ...choice, compression: 1 }))).toContain('DenseNet-B,');
    expect(headingOf(specOf({ ...choice, compression: 1, bottleneck: false }))).toContain('DenseNet,');
  });
});

function denseNet(name: string): DenseNetSpec {
  const spec = modelFromName(name);
  if (spec.family !== 'densenet') throw new Error(`${name} is no DenseNet`);
  return spec;
}
