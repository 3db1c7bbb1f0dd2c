/** Plain networks: the residual network's layers without its shortcuts (He et al. 2016, section 4.2). */

import type { PlainSpec } from '../../contract/model.ts';
import type { Activation, PlanBuilder } from '../builder.ts';
import { addConvolution, addStages, strideOf, unitName, wide, type Body } from './body.ts';

/** 3x3 stem and stages of paired 3x3 convolutions, each with BN and ReLU. */
export function addPlain(plan: PlanBuilder, spec: PlainSpec, input: Activation): Body {
  const stem = addConvolution(plan, 'stem', '', input, wide(), spec.initialFeatures);
  return addStages(spec.unitsPerStage, stem, (stage, units, from) => {
    const features = spec.initialFeatures * 2 ** (stage - 1);
    let maps = from;
    for (let unit = 1; unit <= units; unit++) {
      const name = unitName(stage, unit);
      maps = addConvolution(plan, name, 1, maps, wide(strideOf(stage, unit)), features);
      maps = addConvolution(plan, name, 2, maps, wide(), features);
    }
    return { maps, connections: 2 * units };
  });
}
