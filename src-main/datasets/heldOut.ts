/** Which images a network is judged on while it trains. */

import type { DatasetSummary, Split } from '../contract/dataset.ts';
import { DenseLabError } from '../contract/errors.ts';

/**
 * `validation` where it has images, else `test`: training without images that it has not seen says nothing about a network.
 * @throws DenseLabError `dataset-empty`.
 */
export function heldOutSplitOf({ name, splits }: Pick<DatasetSummary, 'name' | 'splits'>): Split {
  if (splits.validation.images > 0) return 'validation';
  if (splits.test.images > 0) return 'test';
  throw new DenseLabError(
    'dataset-empty',
    `The dataset "${name}" has neither validation nor test images.`,
    'Import it again with a test split.',
  );
}
