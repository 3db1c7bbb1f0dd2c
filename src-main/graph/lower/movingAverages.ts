/** Moving averages of the batches' statistics, updated once per step. */

import type { LayerPlan } from '../../contract/model.ts';
import { illegal, lookUp } from '../illegal.ts';
import type { GraphNode, Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { assignVariable } from '../ops/assignVariable.ts';
import { concat } from '../ops/concat.ts';
import { scalar } from '../ops/constant.ts';
import { multiply } from '../ops/multiply.ts';
import type { Scope } from '../scope.ts';
import type { NetworkState } from './state.ts';

/**
 * average = decay · average + (1 - decay) · statistic, for all layers at once. `statistics` are by the names of the
 * averages; `averages` is the vector as it was before the step.
 */
export function updateMovingAverages(
  scope: Scope,
  plan: LayerPlan,
  state: NetworkState,
  averages: Tensor,
  statistics: ReadonlyMap<string, Tensor>,
): GraphNode {
  const decay = commonDecay(plan);
  const batch = concat(
    scope,
    state.layout.movingAverages.map(({ planned }) => lookUp(statistics, planned.name)),
    0,
  );
  const kept = multiply(scope, averages, scalar(scope, decay));
  const updated = add(scope, kept, multiply(scope, batch, scalar(scope, 1 - decay)));
  return assignVariable(scope, state.movingAverages, updated);
}

function commonDecay(plan: LayerPlan): number {
  const decays = new Set(
    plan.layers.flatMap(({ operation }) => (operation.kind === 'batchNorm' ? [operation.movingAverageDecay] : [])),
  );
  const [decay] = decays;
  return decay === undefined || decays.size > 1 ? illegal('BatchNorms with different moving averages') : decay;
}
