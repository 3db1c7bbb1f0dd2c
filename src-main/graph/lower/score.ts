/** How often the most probable class is the right one. */

import type { Tensor } from '../node.ts';
import { argMax } from '../ops/argMax.ts';
import { cast } from '../ops/cast.ts';
import { equal } from '../ops/equal.ts';
import { sum } from '../ops/sum.ts';
import type { Scope } from '../scope.ts';

/** Most probable class of each image, int32 [n], of logits [n, classes]. */
export function predictedClasses(scope: Scope, logits: Tensor): Tensor {
  return argMax(scope, logits);
}

/** Number of images whose predicted class (int32 [n]) is their label (int32 [n]); int32 []. */
export function countCorrect(scope: Scope, predicted: Tensor, labels: Tensor): Tensor {
  return sum(scope, cast(scope, equal(scope, predicted, labels), 'int32'));
}
