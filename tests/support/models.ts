/** Builders of model specs. */

import fc from 'fast-check';
import type {
  DenseNetSpec,
  HighwaySpec,
  InceptionSpec,
  ModelSpec,
  PlainSpec,
  ResNetSpec,
} from '../../src-main/contract/model.ts';

/** A small basic DenseNet of three blocks, with whatever the test cares about changed. */
export function buildSpec(overrides: Partial<DenseNetSpec> = {}): DenseNetSpec {
  return {
    version: 1,
    family: 'densenet',
    stem: 'cifar',
    blockLayers: [2, 2, 2],
    growthRate: 12,
    bottleneck: false,
    compression: 1,
    initialFeatures: 16,
    dropoutRate: 0,
    ...overrides,
  };
}

/** Any valid spec whose four poolings fit a 16x16 image. */
export const specs: fc.Arbitrary<DenseNetSpec> = fc.record({
  version: fc.constant(1 as const),
  family: fc.constant('densenet' as const),
  stem: fc.constantFrom('cifar' as const, 'imagenet' as const),
  blockLayers: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  growthRate: fc.integer({ min: 1, max: 20 }),
  bottleneck: fc.boolean(),
  // Two maps are the fewest that a transition reads, so half of them is one at least.
  compression: fc.constantFrom(0.5, 0.6, 0.77, 1),
  initialFeatures: fc.integer({ min: 4, max: 40 }),
  dropoutRate: fc.constantFrom(0, 0.2),
});

/** A small ResNet (A) of two stages, with whatever the test cares about changed. */
export function buildResNet(overrides: Partial<ResNetSpec> = {}): ResNetSpec {
  return {
    version: 1,
    family: 'resnet',
    form: 'original',
    unit: 'basic',
    shortcut: 'A',
    unitsPerStage: [1, 2],
    initialFeatures: 4,
    widthFactor: 1,
    dropoutRate: 0,
    finalSurvival: 1,
    ...overrides,
  };
}

/** A plain network of two stages. */
export const TINY_PLAIN: PlainSpec = { version: 1, family: 'plain', unitsPerStage: [1, 1], initialFeatures: 4 };

/** A highway network with a gate in each of two stages. */
export const TINY_HIGHWAY: HighwaySpec = {
  version: 1,
  family: 'highway',
  unitsPerStage: [2, 2],
  initialFeatures: 4,
  gateBias: -1,
};

/** An Inception of two stages. */
export const TINY_INCEPTION: InceptionSpec = {
  version: 1,
  family: 'inception',
  initialFeatures: 6,
  stageModules: [[[2, 3]], [[3, 4]]],
  downFeatures: [4],
};

/** Any valid spec of a baseline that fits a 16x16 image. */
export const baselines: fc.Arbitrary<ModelSpec> = fc.oneof(
  fc.record({
    version: fc.constant(1 as const),
    family: fc.constant('resnet' as const),
    form: fc.constantFrom('original' as const, 'preactivation' as const),
    unit: fc.constantFrom('basic' as const, 'bottleneck' as const),
    shortcut: fc.constantFrom('A' as const, 'B' as const),
    unitsPerStage: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    initialFeatures: fc.integer({ min: 3, max: 20 }),
    widthFactor: fc.integer({ min: 1, max: 3 }),
    dropoutRate: fc.constantFrom(0, 0.2),
    finalSurvival: fc.constantFrom(0.4, 0.5, 1),
  }),
  fc.constantFrom<ModelSpec>(TINY_PLAIN, TINY_HIGHWAY, TINY_INCEPTION),
);
