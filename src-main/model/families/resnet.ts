/** Residual networks: original, with pre-activation, wide, and with stochastic depth. */

import type { ResNetSpec } from '../../contract/model.ts';
import { convolutionsPerUnit } from '../baselines.ts';
import type { Activation, Kernel, PlanBuilder } from '../builder.ts';
import { addActivation, addConvolution, addStages, pointwise, strideOf, unitName, wide, type Body } from './body.ts';

/** Maps that a bottleneck unit hands on per map inside (He et al. 2016, section 4.1). */
const BOTTLENECK_FACTOR = 4;

/** One residual unit. */
interface Unit {
  readonly name: string;
  readonly convolutions: readonly (readonly [window: Kernel, channels: number])[];
  readonly stride: 1 | 2;
  readonly channels: number;
  readonly survival: number;
}

/** Stem, stages of residual units and, with pre-activation, the last BN and ReLU. */
export function addResNet(plan: PlanBuilder, spec: ResNetSpec, input: Activation): Body {
  const original = spec.form === 'original';
  const stem = original
    ? addConvolution(plan, 'stem', '', input, wide(), spec.initialFeatures)
    : plan.convolution('stem/conv', input, wide(), spec.initialFeatures);
  let position = 0;
  const body = addStages(spec.unitsPerStage, stem, (stage, units, from) => {
    let maps = from;
    for (let index = 1; index <= units; index++) {
      position += 1;
      const unit = unitOf(spec, stage, index, position);
      maps = original ? addOriginal(plan, spec, unit, maps) : addPreactivated(plan, spec, unit, maps);
    }
    return { maps, connections: units * (convolutionsPerUnit(spec) + 1) };
  });
  return original ? body : { ...body, maps: addActivation(plan, 'head', '', body.maps) };
}

/** The stride is the first convolution's, as released. */
function unitOf(spec: ResNetSpec, stage: number, index: number, position: number): Unit {
  const features = spec.initialFeatures * spec.widthFactor * 2 ** (stage - 1);
  const stride = strideOf(stage, index);
  const basic = spec.unit === 'basic';
  const channels = basic ? features : BOTTLENECK_FACTOR * features;
  const total = spec.unitsPerStage.reduce((sum, units) => sum + units, 0);
  return {
    name: unitName(stage, index),
    convolutions: basic
      ? [
          [wide(stride), features],
          [wide(), features],
        ]
      : [
          [pointwise(stride), features],
          [wide(), features],
          [pointwise(), channels],
        ],
    stride,
    channels,
    // Linear decay (Huang et al. 2016, equation 4).
    survival: 1 - (position / total) * (1 - spec.finalSurvival),
  };
}

/** Conv-BN-ReLU, the last ReLU after the addition. */
function addOriginal(plan: PlanBuilder, spec: ResNetSpec, unit: Unit, from: Activation): Activation {
  const { name, convolutions } = unit;
  const last = String(convolutions.length);
  let maps = from;
  convolutions.forEach(([window, channels], position) => {
    const number = String(position + 1);
    maps = plan.batchNorm(`${name}/norm${number}`, plan.convolution(`${name}/conv${number}`, maps, window, channels));
    if (number === last) return;
    maps = plan.dropout(`${name}/dropout${number}`, plan.relu(`${name}/relu${number}`, maps), spec.dropoutRate);
  });
  const residual = plan.stochasticDepth(`${name}/depth`, maps, unit.survival);
  const shortcut = addShortcut(plan, spec, unit, from, from);
  return plan.relu(`${name}/relu${last}`, plan.add(`${name}/add`, [residual, shortcut]));
}

/** BN-ReLU-conv; where the shape changes, the shortcut reads what the first BN and ReLU give, as released. */
function addPreactivated(plan: PlanBuilder, spec: ResNetSpec, unit: Unit, from: Activation): Activation {
  const { name, convolutions } = unit;
  const active = addActivation(plan, name, 1, from);
  const shortcut = addShortcut(plan, spec, unit, from, active);
  let maps = active;
  convolutions.forEach(([window, channels], position) => {
    if (position > 0) {
      const before = addActivation(plan, name, position + 1, maps);
      maps = plan.dropout(`${name}/dropout${String(position)}`, before, spec.dropoutRate);
    }
    maps = plan.convolution(`${name}/conv${String(position + 1)}`, maps, window, channels);
  });
  return plan.add(`${name}/add`, [plan.stochasticDepth(`${name}/depth`, maps, unit.survival), shortcut]);
}

/** `from` itself, or `source` in the unit's shape; only the original form has a BN there. */
function addShortcut(
  plan: PlanBuilder,
  spec: ResNetSpec,
  { name, stride, channels }: Unit,
  from: Activation,
  source: Activation,
): Activation {
  if (stride === 1 && from.channels === channels) return from;
  if (spec.shortcut === 'A') return plan.shortcut(`${name}/shortcut`, source, stride, channels);
  const projected = plan.convolution(`${name}/shortcut/conv`, source, pointwise(stride), channels);
  return spec.form === 'original' ? plan.batchNorm(`${name}/shortcut/norm`, projected) : projected;
}
