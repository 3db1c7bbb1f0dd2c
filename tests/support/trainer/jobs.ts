/** Training jobs for tests. */

import { PAPER_RECIPE } from '../../../src-main/contract/recipe.ts';
import type { DenseNetSpec } from '../../../src-main/contract/model.ts';
import type { TrainingJob } from '../../../src-main/trainer/job.ts';

/** A DenseNet-BC that trains in milliseconds per step: two blocks of one layer. */
export const TINY_MODEL: DenseNetSpec = {
  version: 1,
  family: 'densenet',
  stem: 'cifar',
  blockLayers: [1, 1],
  growthRate: 4,
  bottleneck: true,
  compression: 0.5,
  initialFeatures: 8,
  dropoutRate: 0,
};

/** A job with a tiny model and one short epoch; override what the test is about. */
export function buildJob(overrides: Partial<TrainingJob> = {}): TrainingJob {
  return {
    runDirectory: '/nowhere/runs/1',
    datasetDirectory: '/nowhere/datasets/shapes',
    cacheDirectory: '/nowhere/cache',
    model: TINY_MODEL,
    recipe: { ...PAPER_RECIPE, epochs: 1, batchSize: 32, limit: 160 },
    threads: { intraOp: 2, interOp: 2 },
    denselab: '0.1.0',
    saving: { seconds: null, steps: null },
    resume: null,
    ...overrides,
  };
}
