import { describe, expect, it } from 'vitest';
import { QUICK_RECIPE } from '../../../src-main/contract/recipe.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { planRun } from '../../../src-main/model/runPlan.ts';
import { buildDatasetDetail, buildSplit } from '../../support/buildDataset.ts';
import { failureOf } from '../../support/failures.ts';

const request = { dataset: 'fashion', model: modelFromName('densenet-bc-40-12'), recipe: QUICK_RECIPE };

describe('planRun', () => {
  it('names and counts the run before anything starts', () => {
    expect(planRun(request, buildDatasetDetail(), 'test')).toMatchObject({
      name: 'DenseNet-BC (L=40, k=12) on Fashion-MNIST',
      heldOutSplit: 'test',
      // two input channels fewer than 176,122: 3 x 3 x 2 x 24 weights of the stem
      parameters: 176_122 - 432,
      stepsPerEpoch: 938,
    });
  });

  it('keeps a name that was given, and counts steps within a limit', () => {
    const limited = { ...request, name: 'Mine', recipe: { ...QUICK_RECIPE, limit: 100 } };
    expect(planRun(limited, buildDatasetDetail(), 'test')).toMatchObject({ name: 'Mine', stepsPerEpoch: 2 });
  });

  it('refuses a batch larger than the train split', () => {
    const small = buildDatasetDetail({
      splits: { train: buildSplit(3, 10), validation: buildSplit(0, 10), test: buildSplit(1, 10) },
    });
    const failure = failureOf(() => planRun(request, small, 'test'));
    expect(failure.message).toBe('A batch of 64 images is larger than the train split of 30.');
  });
});
