/** What cannot be trained is refused before anything starts (hazard 29). */

import { describe, expect, it } from 'vitest';
import type { SplitSummary } from '../../../src-main/contract/dataset.ts';
import { QUICK_RECIPE } from '../../../src-main/contract/recipe.ts';
import { prepareOn } from '../../../src-main/experiments/prepare.ts';
import { buildDatasetDetail, buildSplit } from '../../support/buildDataset.ts';
import { failureOf } from '../../support/failures.ts';
import { buildSpec } from '../../support/models.ts';

const request = { dataset: 'pets', model: buildSpec(), recipe: QUICK_RECIPE };

function trainedOn(train: SplitSummary, test = buildSplit(10, 2)) {
  const splits = { train, validation: buildSplit(0, 2), test };
  return prepareOn(request, buildDatasetDetail({ name: 'pets', classNames: ['cat', 'dog'], splits }));
}

describe('a training', () => {
  it('on two classes can begin', () => {
    expect(trainedOn(buildSplit(100, 2)).run).toMatchObject({ name: expect.stringContaining('on pets') });
  });

  it('on one class only is refused, also where another has a name but no image', () => {
    expect(failureOf(() => trainedOn({ images: 100, perClass: [100, 0] }))).toMatchObject({
      code: 'dataset-single-class',
      message: expect.stringContaining('"pets" has images of one class only'),
    });
  });

  it('without images, or without any to test with, is refused', () => {
    expect(failureOf(() => trainedOn(buildSplit(0, 2))).code).toBe('dataset-empty');
    expect(failureOf(() => trainedOn(buildSplit(100, 2), buildSplit(0, 2))).code).toBe('dataset-empty');
  });
});
