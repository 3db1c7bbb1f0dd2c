import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseLabError } from '../../../src-main/contract/errors.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { parseModelSpec, titleOf } from '../../../src-main/model/spec.ts';
import { failureOf } from '../../support/failures.ts';
import { baselines, buildResNet, buildSpec, specs, TINY_INCEPTION } from '../../support/models.ts';

describe('parseModelSpec', () => {
  it('gives back any valid spec, also after a trip through JSON', () => {
    fc.assert(
      fc.property(fc.oneof(specs, baselines), (spec) => {
        expect(parseModelSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
      }),
    );
  });

  it.each([
    ['an unknown field', { ...buildSpec(), growthrate: 3 }, 'unknown field "growthrate"', 'growthRate'],
    ['a newer version', { ...buildSpec(), version: 2, blocks: [] }, 'format version 2', 'Update DenseLab'],
    ['a wrong type', { ...buildSpec(), growthRate: '12' }, 'growthRate "12", which must be a number', 'growthRate'],
    ['a fraction', { ...buildSpec(), growthRate: 1.5 }, 'growthRate 1.5, which must be a whole number', 'growthRate'],
    ['a missing field', { version: 1, family: 'densenet' }, 'stem missing', 'stem'],
    ['a place in a list', { ...buildSpec(), blockLayers: [6, 0, 6] }, 'blockLayers[1] 0', 'blockLayers[1]'],
    ['an unknown word', { ...buildSpec(), stem: 'cifar10' }, 'must be "cifar" or "imagenet"', 'stem'],
    [
      'no compression at all',
      { ...buildSpec(), compression: 0 },
      'compression 0, which must be more than 0',
      'compression',
    ],
    ['no blocks', { ...buildSpec(), blockLayers: [] }, 'at least 1', 'blockLayers'],
    ['an unknown family', { version: 1, family: 'resnets' }, 'unknown family "resnets"', 'Did you mean resnet?'],
    ['a newer family', { version: 2, family: 'transformer' }, 'format version 2', 'Update DenseLab'],
    ['a field of another family', { ...buildResNet(), stem: 'cifar' }, 'unknown field "stem"', 'emove it'],
    ['stages without a way down', { ...TINY_INCEPTION, downFeatures: [] }, '0 downFeatures for 2 stages', 'Give 1'],
    ['something else', 'densenet', 'The model must be an object; it is "densenet"', 'Correct it'],
  ])('refuses %s by name', (_title, json, message, action) => {
    const failure = failureOf(() => parseModelSpec(json));
    expect(failure.code).toBe('model-invalid');
    expect(failure.message).toContain(message);
    expect(failure.action).toContain(action);
  });

  it('answers anything at all with a spec or a named failure', () => {
    fc.assert(
      fc.property(fc.anything(), (json) => {
        try {
          parseModelSpec(json);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(DenseLabError);
        }
      }),
    );
  });
});

describe('titleOf', () => {
  it.each([
    [modelFromName('densenet-40-12'), 'DenseNet (L=40, k=12)'],
    [modelFromName('densenet-bc-100-12'), 'DenseNet-BC (L=100, k=12)'],
    [modelFromName('densenet-c-40-12'), 'DenseNet-C (L=40, k=12)'],
    [modelFromName('densenet169'), 'DenseNet-169 (k=32)'],
    [modelFromName('densenet264'), 'DenseNet-264 (k=32)'],
    [modelFromName('plain-20'), 'Plain-20'],
    [modelFromName('resnet-110'), 'ResNet-110 (A)'],
    [modelFromName('resnet-b-20'), 'ResNet-20 (B)'],
    [modelFromName('preact-resnet-164'), 'Pre-activation ResNet-164'],
    [modelFromName('wide-resnet-28-10'), 'Wide ResNet-28-10'],
    [modelFromName('highway-20'), 'Highway-20'],
    [modelFromName('inception-small'), 'Inception (small)'],
    [modelFromName('stochastic-depth-110'), 'ResNet-110 with stochastic depth (A)'],
    [buildResNet({ finalSurvival: 0.8 }), 'ResNet-8 with stochastic depth (A, units 1-2, k0=4, p_L=0.8)'],
    [buildSpec({ blockLayers: [3, 4] }), 'DenseNet (L=10, k=12, blocks 3-4)'],
    [buildSpec({ compression: 0.7, dropoutRate: 0.2 }), 'DenseNet-C (L=10, k=12, θ=0.7, dropout 0.2)'],
    [buildSpec({ stem: 'imagenet' }), 'DenseNet (L=10, k=12, ImageNet stem, k0=16)'],
  ])('%#', (spec, title) => {
    expect(titleOf(spec)).toBe(title);
  });

  it('differs whenever two specs differ', () => {
    fc.assert(
      fc.property(fc.oneof(specs, baselines), fc.oneof(specs, baselines), (left, right) => {
        fc.pre(JSON.stringify(left) !== JSON.stringify(right));
        expect(titleOf(left)).not.toBe(titleOf(right));
      }),
      { numRuns: 1000 },
    );
  });
});
