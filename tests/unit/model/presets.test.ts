import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelFromName, PRESETS } from '../../../src-main/model/presets.ts';
import { depthOf } from '../../../src-main/model/spec.ts';
import { failureOf } from '../../support/failures.ts';

describe('modelFromName', () => {
  it('builds the network of each preset, with the depth that its name says', () => {
    for (const preset of PRESETS) {
      expect(modelFromName(preset.name)).toEqual(preset.spec);
      const named = preset.name === 'inception-small' ? 12 : Number(/\d+/.exec(preset.name)?.[0]);
      // The published name 264 counts one layer too few.
      expect(depthOf(preset.spec)).toBe(named === 264 ? 265 : named);
    }
  });

  it('builds any depth and growth that fit, in all four forms', () => {
    const forms = fc.constantFrom('', 'b-', 'c-', 'bc-');
    fc.assert(
      fc.property(forms, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (form, layers, growth) => {
        const bottleneck = form.includes('b');
        const depth = 3 * layers * (bottleneck ? 2 : 1) + 4;
        const spec = modelFromName(`densenet-${form}${String(depth)}-${String(growth)}`);
        expect(spec).toMatchObject({
          blockLayers: [layers, layers, layers],
          growthRate: growth,
          bottleneck,
          compression: form.includes('c') ? 0.5 : 1,
          initialFeatures: form === 'bc-' ? 2 * growth : 16,
        });
      }),
    );
  });

  it('takes capitals as typed from the paper', () => {
    expect(modelFromName('DenseNet-BC-100-12')).toEqual(modelFromName('densenet-bc-100-12'));
  });

  it.each([
    ['densenet-41-12', 'depth of 41 does not fit', 'depth of 40 or 43'],
    ['densenet-bc-40-0', 'growthRate 0', 'growthRate'],
    ['densenet-bc-42-12', 'multiple of 6', 'depth of 40 or 46'],
    ['resnet-21', 'depth of 21 does not fit resnet', 'depth of 20 or 26'],
    ['preact-resnet-31', '6n + 2 or 9n + 2', 'depth of 29 or 32'],
    ['wide-resnet-30-2', '6n + 4', 'depth of 28 or 34'],
    ['highway-21', '3n + 2', 'depth of 20 or 23'],
    ['plain-3', '6n + 2', 'depth of 8'],
    ['densenet-5-12', 'at least 7', 'depth of 7'],
    ['densenet-400000-12', 'blockLayers[0] 133332', 'blockLayers'],
    ['densenet-40-9999', 'growthRate 9999', 'growthRate'],
  ])('refuses %s, naming what would fit', (name, message, action) => {
    const failure = failureOf(() => modelFromName(name));
    expect(failure.code).toBe('model-invalid');
    expect(failure.message).toContain(message);
    expect(failure.action).toContain(action);
  });

  it.each([
    ['densenet-cb-100-12', 'densenet-bc-100-12'],
    ['densnet121', 'densenet121'],
    ['resnet50', 'resnet-20'],
    ['wide-resnet-28', 'wide-resnet-28-10'],
  ])('answers the unknown name %s with a near one', (name, near) => {
    const failure = failureOf(() => modelFromName(name));
    expect(failure.code).toBe('model-unknown');
    expect(failure.message).toContain(name);
    expect(failure.action).toContain(near);
  });
});
