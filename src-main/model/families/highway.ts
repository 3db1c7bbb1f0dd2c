/** Highway networks (Srivastava et al. 2015), with BN in what a layer makes, so that the common recipe trains them. */

import type { HighwaySpec } from '../../contract/model.ts';
import type { Activation, PlanBuilder } from '../builder.ts';
import { addConvolution, addStages, strideOf, unitName, wide, type Body } from './body.ts';

/** 3x3 stem and stages of highway layers; where the size changes there is a plain convolution with BN and ReLU. */
export function addHighway(plan: PlanBuilder, spec: HighwaySpec, input: Activation): Body {
  const stem = addConvolution(plan, 'stem', '', input, wide(), spec.initialFeatures);
  return addStages(spec.unitsPerStage, stem, (stage, units, from) => {
    const features = spec.initialFeatures * 2 ** (stage - 1);
    let maps = from;
    for (let unit = 1; unit <= units; unit++) {
      const name = unitName(stage, unit);
      maps =
        strideOf(stage, unit) === 1
          ? addLayer(plan, name, maps, spec.gateBias)
          : addConvolution(plan, name, 1, maps, wide(2), features);
    }
    return { maps, connections: stage === 1 ? 2 * units : 2 * units - 1 };
  });
}

/** y = H · T + x · (1 - T), T = sigmoid(conv3x3(x) + b). */
function addLayer(plan: PlanBuilder, name: string, carried: Activation, gateBias: number): Activation {
  const made = addConvolution(plan, name, 1, carried, wide(), carried.channels);
  const score = plan.convolution(`${name}/gate/conv`, carried, wide(), carried.channels, gateBias);
  return plan.highway(`${name}/mix`, made, plan.sigmoid(`${name}/gate/sigmoid`, score), carried);
}
