/** Builders of model specs. */

import fc from 'fast-check';
import type { DenseNetSpec } from '../../src-main/contract/model.ts';

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
  compression: fc.constantFrom(0.3, 0.5, 0.77, 1),
  initialFeatures: fc.integer({ min: 4, max: 40 }),
  dropoutRate: fc.constantFrom(0, 0.2),
});
