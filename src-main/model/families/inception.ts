/** The small Inception of Zhang et al. (ICLR 2017, figure 3). */

import type { InceptionSpec } from '../../contract/model.ts';
import type { Activation, PlanBuilder } from '../builder.ts';
import { addConvolution, addStages, pointwise, unitName, wide, type Body } from './body.ts';

/** 3x3 stem; modules of 1x1 beside 3x3; between stages a 3x3/2 convolution beside a 3x3/2 max pool. */
export function addInception(plan: PlanBuilder, spec: InceptionSpec, input: Activation): Body {
  const stem = addConvolution(plan, 'stem', '', input, wide(), spec.initialFeatures);
  const units = spec.stageModules.map((modules) => modules.length);
  return addStages(units, stem, (stage, _units, from) => {
    const modules = spec.stageModules[stage - 1] ?? [];
    const down = spec.downFeatures[stage - 2];
    let maps = down === undefined ? from : addDown(plan, `stage${String(stage)}/down`, from, down);
    modules.forEach(([point, broad], position) => {
      const name = unitName(stage, position + 1);
      const left = addConvolution(plan, name, 1, maps, pointwise(), point);
      maps = plan.concat(`${name}/concat`, [left, addConvolution(plan, name, 2, maps, wide(), broad)]);
    });
    return { maps, connections: 2 * modules.length + (down === undefined ? 0 : 2) };
  });
}

function addDown(plan: PlanBuilder, name: string, from: Activation, features: number): Activation {
  const made = addConvolution(plan, name, 1, from, wide(2), features);
  return plan.concat(`${name}/concat`, [made, plan.maxPool(`${name}/pool`, from, { size: 3, stride: 2, padding: 1 })]);
}
